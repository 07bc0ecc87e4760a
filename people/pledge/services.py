"""Opening a year's pledge, and signing it."""

import hashlib
import json
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.duties.services import clean_name
from people.pledge.models import DAYS, PledgeDue, PledgeRound, PledgeSignature
from people.posts.codes import Post
from people.posts.holding import speaking_for

DECIDES = Post.CONFIDENTIALITY  # sets the words, alone once somebody was appointed


class NotPossible(Exception):
    """It cannot be done now; the text says why, for the page."""


def hash_of(text_zh: str, text_en: str) -> bytes:
    """SHA-256 over both texts as canonical JSON (UTF-8)."""
    return hashlib.sha256(json.dumps([text_zh, text_en], ensure_ascii=False).encode()).digest()


def newest() -> PledgeRound | None:
    return PledgeRound.objects.order_by("-year").first()


def late() -> QuerySet[PledgeDue]:
    """Everybody who should have signed by now: what `people.arrears` asks."""
    return PledgeDue.objects.filter(signed_at__isnull=True, due_at__lte=Now())


def open_round(*, actor: User, text_zh: str, text_en: str) -> PledgeRound:
    """This year's pledge, asked of everybody from now on. The caller has checked that the actor may at all.

    Raises NotPossible where there is one, NotTheirs where it is another's to decide.
    """
    now = timezone.now()
    with speaking_for(DECIDES, actor), transaction.atomic():
        year = timezone.localdate().year
        if PledgeRound.objects.filter(year=year).exists():
            raise NotPossible(_("This year's pledge is open already; its words do not change any more."))
        made = PledgeRound.objects.create(
            year=year,
            text_zh=text_zh,
            text_en=text_en,
            text_hash=hash_of(text_zh, text_en),
            opened_by=actor,
            opened_at=now,
            due_at=now + timedelta(days=DAYS),
        )
        _log(made, Action.PLEDGE_OPEN)
    return made


@transaction.atomic
def sign(*, actor: User, pledge: PledgeRound, text_hash: bytes, typed_name: str, language: str) -> None:
    """The actor's own signature: nobody signs for another. The caller has shown the whole text, and says of
    which text by its hash.

    Raises ValidationError: another text, another name than the account's, or signed already.
    """
    name = clean_name(typed_name)
    User.objects.select_for_update().get(pk=actor.pk)  # two clicks at once give one signature
    current = newest()
    if current is None or current.pk != pledge.pk or text_hash != bytes(current.text_hash):
        raise ValidationError(_("Another text is in force by now. Read that one."), code="old")
    due = PledgeDue.objects.filter(person_id=actor.pk, round_id=current.pk).first()
    if due is None:
        raise ValidationError(_("The pledge does not ask for your signature."), code="not_asked")
    if due.signed_at is not None:
        raise ValidationError(_("You have signed this already."), code="signed")
    PledgeSignature.objects.create(
        person=actor, round=current, text_hash=text_hash, typed_name=name, language=language
    )
    _log(current, Action.PLEDGE_SIGN, (actor.pk,), (text_hash.hex(), language))


def _log(
    pledge: PledgeRound, action: Action, subjects: tuple[object, ...] = (), fields: tuple[str, ...] = ()
) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.PLEDGE,
            object_id=pledge.pk,
            subjects=subjects,  # type: ignore[arg-type]  # ids of people
            fields=fields,
        )
    )

"""Signing and revoking undertakings. A signature is evidence, so it says which text, when, how and in which
name."""

import unicodedata
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_change, record_refusal
from people.accounts.models import User
from people.duties.access import renewable, signatures_in_force
from people.duties.models import Method, NdaSignature, NdaTemplate
from people.duties.templates import text_hash


@transaction.atomic
def sign_nda(
    *, actor: User, template: NdaTemplate, deal_id: UUID | None, typed_name: str, language: str
) -> NdaSignature:
    """The actor's own signature: nobody signs for another. The caller has shown the whole text.

    Raises ValidationError when the name is missing, the text is not what its hash says, or it is signed
    already.
    """
    name = clean_name(typed_name)
    User.objects.select_for_update().get(pk=actor.pk)  # two clicks at once give one signature
    own = {"person": actor, "template": template, "deal_id": deal_id}
    if signatures_in_force().filter(**own).exclude(pk__in=renewable().filter(**own).values("pk")).exists():
        raise ValidationError(_("You have signed this already."), code="signed")
    if text_hash(template) != bytes(template.text_hash):
        raise ValidationError(_("This text is damaged and cannot be signed."), code="damaged")
    now = timezone.now()
    signature = NdaSignature.objects.create(
        person=actor,
        template=template,
        kind=template.kind,
        deal_id=deal_id,
        language=language,
        text_hash=bytes(template.text_hash),
        method=Method.TYPED,
        typed_name=name,
        signed_at=now,
        access_expires_at=now + timedelta(days=template.access_days),
        duty_expires_at=now + timedelta(days=template.duty_days),
    )
    # Text, method and language stand in the entry itself, so that what the log proves is this signature.
    _log(signature, Action.NDA_SIGN, (bytes(template.text_hash).hex(), Method.TYPED.value, language))
    return signature


@transaction.atomic
def revoke_nda(*, actor: User, signature: NdaSignature) -> None:
    """Closes the doors that the signature opened, by the next request; the duty of confidence goes on.

    The caller has checked that the actor may: an officer, or the lead of the deal. Idempotent.
    """
    locked = NdaSignature.objects.select_for_update().get(pk=signature.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = timezone.now(), actor
        locked.save(update_fields=["revoked_at", "revoked_by"])
        _log(locked, Action.NDA_REVOKE)


def refuse_unread(actor: User, template: NdaTemplate, deal_id: UUID | None) -> None:
    """Records that somebody tried to sign what was not shown to them."""
    record_refusal(
        Entry(
            action=Action.NDA_SIGN,
            object_type=ObjectType.NDA_TEMPLATE,
            object_id=template.pk,
            subjects=(actor.pk,),
            deal=deal_id,
            reason=Reason.NOT_SHOWN.value,
        )
    )


def clean_name(typed: str) -> str:
    """The typed name in NFKC, one space between words. Raises ValidationError when nothing readable is
    left."""
    readable = "".join(
        char for char in unicodedata.normalize("NFKC", typed) if unicodedata.category(char)[0] != "C"
    )
    name = " ".join(readable.split())
    if not 2 <= len(name) <= 80 or not any(char.isalpha() for char in name):
        raise ValidationError(_("Type your full name."), code="name")
    return name


def _log(signature: NdaSignature, action: Action, fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.NDA_SIGNATURE,
            object_id=signature.pk,
            subjects=(signature.person_id,),
            deal=signature.deal_id,
            fields=fields,
        )
    )

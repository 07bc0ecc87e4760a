"""The next version of an undertaking: written down by an officer, agreed to by another."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import request_approval
from people.duties.models import CLAUSES, NdaDraft, NdaKind, NdaTemplate
from people.duties.templates import LANGUAGES, text_hash

ADOPT = "nda.adopt"
PIECES = tuple(f"{name}_{language}" for name in ("title", "preamble", *CLAUSES) for language in LANGUAGES)
TERMS = ("access_days", "duty_days", "effective_on", "resign_on")


class NotPossible(Exception):
    """It cannot be done now; the text says why, for the page."""


@transaction.atomic
def write(*, actor: User, kind: NdaKind, words: Mapping[str, Any]) -> NdaDraft:
    """The kind's draft, new or the actor's own written anew. `words` has PIECES and TERMS. The caller has
    checked that the actor may.

    Raises NotPossible where the draft is somebody else's, or waits for a decision.
    """
    draft = NdaDraft.objects.select_for_update().filter(kind=kind).first()
    if draft is None:
        draft = NdaDraft(kind=kind)
    else:
        _check_own(actor, draft)
    for name in (*PIECES, *TERMS):
        setattr(draft, name, words[name])
    draft.written_by, draft.written_at = actor, timezone.now()
    draft.save()
    _log(draft, Action.NDA_DRAFT)
    return draft


@transaction.atomic
def discard(*, actor: User, draft: NdaDraft) -> None:
    """Raises NotPossible as `write` does."""
    locked = NdaDraft.objects.select_for_update().get(pk=draft.pk)
    _check_own(actor, locked)
    _log(locked, Action.NDA_DISCARD)
    locked.delete()


@transaction.atomic
def ask(*, actor: User, draft: NdaDraft, reason: str) -> ApprovalRequest:
    """Its author asks that it come into force. Raises NotPossible as `write` does, ValidationError for the
    reason."""
    locked = NdaDraft.objects.select_for_update().get(pk=draft.pk)
    _check_own(actor, locked)
    return request_approval(actor=actor, action=ADOPT, params={"draft": str(locked.pk)}, reason=reason)


def adopt(*, actor: User, draft: NdaDraft, approval: ApprovalRequest) -> NdaTemplate:
    """The draft becomes the kind's next version. Within the deciding transaction of the approval."""
    newest = NdaTemplate.objects.filter(kind=draft.kind).aggregate(newest=Max("version"))["newest"] or 0
    now = timezone.now()
    effective = max(_first_minute(draft.effective_on), now)
    again = None if draft.resign_on is None else max(_first_minute(draft.resign_on), effective)
    template = NdaTemplate(
        kind=draft.kind,
        version=newest + 1,
        access_days=draft.access_days,
        duty_days=draft.duty_days,
        effective_at=effective,
        resign_from=again,
        written_by_id=draft.written_by_id,
        agreed_by=actor,
        approval=approval,
        **{name: getattr(draft, name) for name in PIECES},
    )
    template.text_hash = text_hash(template)
    template.save(force_insert=True)
    record_change(Entry(action=Action.NDA_ADOPT, object_type=ObjectType.NDA_TEMPLATE, object_id=template.pk))
    draft.delete()
    return template


def waiting_for(draft: NdaDraft) -> ApprovalRequest | None:
    """The open request that this draft come into force."""
    asked = ApprovalRequest.objects.filter(action=ADOPT, state=State.PENDING)
    return asked.filter(params__draft=str(draft.pk), expires_at__gt=timezone.now()).first()


def _first_minute(day: date) -> datetime:
    """Of the house's day."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _check_own(actor: User, draft: NdaDraft) -> None:
    if draft.written_by_id != actor.pk:
        raise NotPossible(_("Somebody else is writing this draft."))
    if waiting_for(draft) is not None:
        raise NotPossible(_("The draft waits for another officer's decision. Withdraw the request first."))


def _log(draft: NdaDraft, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.NDA_TEMPLATE, object_id=draft.pk))

"""Keeping and revoking. The access ends in the transaction of the decision, with its entry."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.accessreviews.access import decidable
from compliance.accessreviews.codes import State
from compliance.accessreviews.kinds import end, stands
from compliance.accessreviews.models import ReviewedAccess
from people.accounts.models import User
from people.approvals.reasons import clean_reason
from people.roles.services import NotGrantable

ACTIONS = {
    State.KEPT: Action.ACCESS_KEEP,
    State.REVOKED: Action.ACCESS_REVOKE,
    State.EXPIRED: Action.ACCESS_EXPIRE,
    State.HELD: Action.ACCESS_HOLD,
    State.GONE: Action.ACCESS_GONE,
}


class NotPossible(Exception):
    """It cannot be decided like that; the text says why, for the page."""


@transaction.atomic
def keep(*, actor: User, item_id: UUID, reason: str = "") -> ReviewedAccess:
    """The person goes on having it. What ended or changed meanwhile is noted as that instead.

    Raises Refused; NotPossible once the time is over, or for what was not used, without a reason;
    ValidationError for the reason.
    """
    item = _locked(actor, item_id, Action.ACCESS_KEEP)
    now = timezone.now()
    if item.review.due_at <= now:
        raise NotPossible(
            _("The time of this review is over: what was not kept ends now. Whoever needs it asks anew.")
        )
    if item.last_used is None and not reason.strip():
        raise NotPossible(_("This was not used in 90 days: say why the person needs it."))
    words = clean_reason(reason) if reason.strip() else ""
    state = State.KEPT if stands(item) else State.GONE
    return settle(item, state, by=actor, reason=words, at=now)


@transaction.atomic
def revoke(*, actor: User, item_id: UUID, reason: str = "") -> ReviewedAccess:
    """Ends it from the person's next request on. Where it waits for somebody else, that is noted.

    Raises Refused; NotPossible for the last officer's role; ValidationError for the reason.
    """
    item = _locked(actor, item_id, Action.ACCESS_REVOKE)
    words = clean_reason(reason) if reason.strip() else ""
    state = State.GONE
    if stands(item):
        try:
            state = State.REVOKED if end(item, actor) is None else State.HELD
        except NotGrantable as problem:
            raise NotPossible(str(problem)) from None
    return settle(item, state, by=actor, reason=words, at=timezone.now())


def settle(
    item: ReviewedAccess, state: State, *, by: User | None, reason: str, at: datetime
) -> ReviewedAccess:
    """Notes what became of it, inside the caller's transaction; `by` is nobody where time decided."""
    item.state, item.decided_by, item.decided_at, item.reason = state, by, at, reason
    item.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    record_change(
        Entry(
            action=ACTIONS[state],
            object_type=ObjectType.REVIEWED_ACCESS,
            object_id=item.pk,
            subjects=(item.person_id,),
            deal=item.deal,
            fields=(item.kind,),
        )
    )
    return item


def _locked(actor: User, item_id: UUID, action: Action) -> ReviewedAccess:
    found = decidable(actor).select_for_update(of=("self",)).select_related("review", "person")
    item = found.filter(pk=item_id).first()
    if item is None:
        raise Refused(ObjectType.REVIEWED_ACCESS, item_id, action)
    return item

"""Asking for a standing approval, using one, ending one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, Params
from people.approvals.services import request_approval
from people.standing.models import LONGEST, MOST_USES, StandingApproval

STANDING = "approval.standing"


class NotStanding(Exception):
    """It cannot be approved beforehand like that; the text says why, for the page."""


@transaction.atomic
def ask(
    *, actor: User, kind: ApprovableAction, limit: int, uses: int, until: datetime, reason: str
) -> ApprovalRequest:
    """Ask that the actor's own requests of this kind be approved beforehand.

    Raises NotStanding, ValidationError for the reason.
    """
    if not kind.may_ask_standing(actor):
        raise NotStanding(_("This is decided on each time."))
    if not 1 <= limit <= kind.standing_limit:
        raise NotStanding(_("At most %(count)d each time.") % {"count": kind.standing_limit})
    if not 1 <= uses <= MOST_USES:
        raise NotStanding(_("At most %(count)d times.") % {"count": MOST_USES})
    # Counted from the decision, the last moment of which may be a week away, it stays within the month.
    if not timezone.now() < until <= timezone.now() + LONGEST:
        raise NotStanding(_("It ends within %(days)d days.") % {"days": LONGEST.days})
    params: Params = {
        "holder": str(actor.pk),
        "action": kind.code,
        "limit": limit,
        "uses": uses,
        "until": until.isoformat(),
    }
    return request_approval(actor=actor, action=STANDING, params=params, reason=reason)


@transaction.atomic
def end(*, actor: User, standing: StandingApproval) -> None:
    """From the next request on each one waits again. Idempotent; the gate is the caller's."""
    locked = StandingApproval.objects.select_for_update().get(pk=standing.pk)
    if locked.ended_at is None:
        _close(locked)


def end_former(holder: User, code: str) -> None:
    """A new one takes the place of the one before. In the caller's transaction."""
    former = StandingApproval.objects.select_for_update().filter(holder=holder, action=code)
    for row in former.filter(ended_at__isnull=True):
        _close(row)


def log_standing(standing: StandingApproval, action: Action) -> None:
    """An entry about it, naming its holder and what it approves."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.STANDING,
            object_id=standing.pk,
            subjects=(standing.holder_id, standing.given_by_id),
            fields=(standing.action, f"limit-{standing.limit}", f"uses-{standing.uses}"),
        )
    )


def _close(row: StandingApproval) -> None:
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    log_standing(row, Action.APPROVAL_STANDING_END)

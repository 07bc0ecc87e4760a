"""Giving a delegation and ending it. What the database refuses anyway is refused here first, with a
sentence."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.registry import ApprovableAction
from people.approvals.services import request_approval
from people.delegations.access import candidates, delegable, duties_of
from people.delegations.models import LONGEST, Delegation, DelegationState

CONFIRM = "approval.delegate"


class NotDelegable(Exception):
    """It cannot be delegated like that; the text says why, for the page."""


@transaction.atomic
def delegate(
    *, actor: User, to: User, codes: Sequence[str], starts_at: datetime, ends_at: datetime, reason: str
) -> Delegation:
    """`to` decides in the actor's place. With a grave action among them an officer confirms it first.

    Raises NotDelegable, and ValidationError for the reason.
    """
    kinds = [kind for kind in delegable(actor) if kind.code in set(codes)]
    if not codes or len(kinds) != len(set(codes)):
        raise NotDelegable(_("You can only delegate what you decide on yourself."))
    _check_span(starts_at, ends_at)
    _check_delegate(actor, to, kinds)
    grave = any(kind.grave for kind in kinds)
    given = Delegation.objects.create(
        giver=actor,
        delegate=to,
        actions=sorted(kind.code for kind in kinds),
        starts_at=starts_at,
        ends_at=ends_at,
        needs_officer=grave,
        state=DelegationState.PENDING if grave else DelegationState.ACTIVE,
    )
    log_delegation(given, Action.APPROVAL_DELEGATE)
    if grave:
        request_approval(actor=actor, action=CONFIRM, params={"delegation": str(given.pk)}, reason=reason)
    return given


@transaction.atomic
def end(*, actor: User, delegation: Delegation) -> None:
    """From the next request on the delegate decides in nobody's place. The caller's gate said who may
    (`access.endable`). Idempotent."""
    locked = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if locked.ended_at is None:
        close(locked, DelegationState.ENDED)
        log_delegation(locked, Action.APPROVAL_DELEGATE_END)


def close(delegation: Delegation, state: DelegationState) -> None:
    """Brings a live one to its end. The caller logs."""
    delegation.state, delegation.ended_at = state, timezone.now()
    delegation.save(update_fields=["state", "ended_at"])


def log_delegation(delegation: Delegation, action: Action) -> None:
    """An entry about it, naming both sides and what is delegated."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.DELEGATION,
            object_id=delegation.pk,
            subjects=(delegation.giver_id, delegation.delegate_id),
            fields=tuple(delegation.actions),
        )
    )


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= max(starts_at, timezone.now()):
        raise NotDelegable(_("The end must lie in the future, and after the start."))
    if ends_at - starts_at > LONGEST:
        raise NotDelegable(_("A delegation lasts at most %(days)d days.") % {"days": LONGEST.days})


def _check_delegate(actor: User, to: User, kinds: Sequence[ApprovableAction]) -> None:
    """An administrator decides on nothing, and a grave decision stays within its duty: business does not
    take over oversight, nor the other way."""
    if not candidates(actor).filter(pk=to.pk).exists():
        raise NotDelegable(_("This person cannot decide in your place."))
    for kind in kinds:
        if kind.grave and not duties_of(actor, [kind.permission]) & duties_of(to):
            raise NotDelegable(
                _("“%(action)s” is passed on only to somebody with a role of the same duty.")
                % {"action": kind.label}
            )

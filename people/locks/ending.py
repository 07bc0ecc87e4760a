"""What ends with the lock of a person, for good: nothing of it comes back when the lock is ended."""

from dataclasses import dataclass
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from people.accounts.models import OneTimeLink, User
from people.accounts.sessions import end_sessions
from people.approvals.models import ApprovalRequest, State
from people.delegations.models import LIVE, Delegation, DelegationState
from people.delegations.services import close, log_delegation
from people.invitations.models import Invitation
from people.staffsessions.models import Over, StaffSession
from people.staffsessions.services import end as end_staff_session
from people.standing.models import StandingApproval
from people.standing.services import end as end_standing


@dataclass(frozen=True, slots=True)
class Ending:
    """How much of each kind would end, or did."""

    sessions: int
    links: int
    delegations: int
    standing: int
    staff_sessions: int
    requests: int  # these stay, undecidable while the lock is in force


def what_ends(person: User) -> Ending:
    """Counted as it stands now, for the page that asks once more."""
    return Ending(
        sessions=UserSession.objects.filter(user=person).count(),
        links=_links(person).count(),
        delegations=_delegations(person).count(),
        standing=_standing(person).count(),
        staff_sessions=_staff_sessions(person).count(),
        requests=ApprovalRequest.objects.filter(
            requester=person, state=State.PENDING, expires_at__gt=timezone.now()
        ).count(),
    )


def end_all(*, actor: User, person: User) -> None:
    """In the transaction of the lock, after the account is closed."""
    _links(person).update(cancelled_at=timezone.now())
    for delegation in _delegations(person).select_for_update():
        close(delegation, DelegationState.ENDED)
        log_delegation(delegation, Action.APPROVAL_DELEGATE_END)
    for standing in _standing(person):
        end_standing(actor=actor, standing=standing)
    for session in _staff_sessions(person):
        end_staff_session(session=session, over=Over.OFFICER, by=actor.pk)
    end_sessions(person)


def links_of_deal(deal_id: UUID) -> QuerySet[OneTimeLink]:
    """Links of invitations to this deal's room that nobody used."""
    waiting = Invitation.objects.filter(deal_id=deal_id, accepted_at__isnull=True, revoked_at__isnull=True)
    return _unused().filter(pk__in=waiting.values("link_id"))


def _links(person: User) -> QuerySet[OneTimeLink]:
    """To them; and those by which they invited somebody who has not come yet: whoever used the account may
    have invited themselves."""
    invited = Invitation.objects.filter(invited_by=person, accepted_at__isnull=True, revoked_at__isnull=True)
    return _unused().filter(Q(person=person) | Q(pk__in=invited.values("link_id")))


def _unused() -> QuerySet[OneTimeLink]:
    # Of closed accounts as well: the account of the person is closed by now.
    return OneTimeLink.objects.filter(
        used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=timezone.now()
    )


def _delegations(person: User) -> QuerySet[Delegation]:
    return Delegation.objects.filter(Q(giver=person) | Q(delegate=person), state__in=LIVE)


def _standing(person: User) -> QuerySet[StandingApproval]:
    return StandingApproval.objects.filter(Q(holder=person) | Q(given_by=person), ended_at__isnull=True)


def _staff_sessions(person: User) -> QuerySet[StaffSession]:
    return StaffSession.objects.filter(person=person, ended_at__isnull=True)

"""A firm is suspended by one, at once, and comes back by two.

The gates ask the firm's row on every request and between the pieces of an answer (standing.py), so
nothing has to reach anybody. What ends here beside that ends for good: sessions, links, and what upper layers
had ready for the firm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.approvals.models import ApprovalRequest, State
from people.approvals.reasons import clean_reason
from people.approvals.services import request_approval
from people.locks.ending import end_all, what_ends
from people.notices.services import notify
from people.partners.access import OFFICER, get_partner
from people.partners.codes import SuspendedFor
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.models import Partner, PartnerSuspension
from people.partners.reviewing import overdue
from people.roles.access import grants_giving

CODE = "partner.reinstate"

# What an upper layer had ready for the firm ends, in the transaction of the suspension.
Suspended = Callable[[Partner], None]
_suspended: list[Suspended] = []


@dataclass(frozen=True, slots=True)
class Stops:
    """What suspending would end now."""

    people: int
    sessions: int
    links: int


def on_suspended(tell: Suspended) -> None:
    """A second time changes nothing."""
    if tell not in _suspended:
        _suspended.append(tell)


def people_of(partner: Partner) -> list[User]:
    return list(User.objects.filter(firms__partner=partner, firms__left_at__isnull=True).order_by("pk"))


def what_stops(partner: Partner) -> Stops:
    """Counted as it stands, for the page that asks once more."""
    people = people_of(partner)
    ends = [what_ends(person) for person in people]
    return Stops(len(people), sum(one.sessions for one in ends), sum(one.links for one in ends))


@transaction.atomic
def suspend(*, actor: User, partner_id: UUID, reason: SuspendedFor, words: str) -> PartnerSuspension:
    """From the next request, and the next piece of a running answer, nothing opens to anybody of the firm.

    Raises Refused, NotNow the second time, ValidationError for the words.
    """
    partner = get_partner(actor, partner_id, Action.PARTNER_SUSPEND)
    return _suspend(actor, partner, reason, clean_reason(words))


def suspend_overdue() -> int:
    """The clock's: firms whose review is overdue. How many; each in a transaction of its own."""
    system = User.objects.get(pk=SYSTEM_ID)
    firms = list(overdue().filter(suspended=False))
    for partner in firms:
        with transaction.atomic():
            _suspend(system, partner, SuspendedFor.REVIEW, "")
    return len(firms)


def _suspend(actor: User, partner: Partner, reason: SuspendedFor, words: str) -> PartnerSuspension:
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    if locked.suspended:
        raise NotNow(_("It is suspended already."))
    made = PartnerSuspension.objects.create(partner=locked, reason=reason, note=words, by=actor)
    for person in people_of(locked):
        end_all(actor=actor, person=person)
    for tell in _suspended:
        tell(locked)
    log(Action.PARTNER_SUSPEND, locked.pk, reason=reason.value)
    officers = [grant.user for grant in grants_giving(OFFICER).select_related("user")]
    told = [person for person in [*officers, locked.created_by] if person.pk != actor.pk]
    notify("partner.suspended", told, object_id=locked.pk, key=str(made.pk))
    return made


def current(partner: Partner) -> PartnerSuspension | None:
    return partner.suspensions.filter(ended_at__isnull=True).select_related("by").first()


def waiting_for(suspension: PartnerSuspension) -> ApprovalRequest | None:
    asked = ApprovalRequest.objects.filter(
        action=CODE, state=State.PENDING, params={"suspension": str(suspension.pk)}
    )
    return next((request for request in asked.order_by("-created_at") if request.is_open), None)


@transaction.atomic
def ask_reinstate(*, actor: User, partner_id: UUID, reason: str) -> ApprovalRequest:
    """Raises Refused, NotNow, ValidationError for the reason."""
    partner = get_partner(actor, partner_id, Action.PARTNER_REINSTATE)
    suspension = current(partner)
    if suspension is None or waiting_for(suspension) is not None:
        raise NotNow(_("It is not suspended, or its return waits for a decision already."))
    return request_approval(
        actor=actor, action=CODE, params={"suspension": str(suspension.pk)}, reason=reason
    )

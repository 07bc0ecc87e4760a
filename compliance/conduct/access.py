"""The gates of conduct cases: those named in one handle it; its person reads what is said of them, nothing of
who said it."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.conduct.codes import State
from compliance.conduct.models import ConductCase
from compliance.speakup.access import PROTECTED_ACT
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.roles.access import has
from people.roles.permissions import Permission

OPENS = Permission.AUDIT_MANAGE


def which_cases(user: User) -> QuerySet[ConductCase]:
    """Those in which this person is opener or decider; an appeal's decider sees it from the appeal on."""
    named = Q(opened_by=user) | Q(first=user) | Q(second=user)
    appeals = Q(appeal_by=user, state__in=[State.APPEALED, State.CLOSED])
    return ConductCase.objects.filter(named | appeals).select_related("person")


def get_case(user: User, case_id: UUID, action: Action) -> ConductCase:
    """Raises Refused: none, or not named in it; the two look the same."""
    found = which_cases(user).filter(pk=case_id).first()
    if found is None:
        raise _refused(case_id, action)
    return found


def my_cases(user: User) -> QuerySet[ConductCase]:
    """Those about this person, once they are told."""
    return ConductCase.objects.filter(person=user).exclude(state=State.HELD)


def get_mine(user: User, case_id: UUID, action: Action) -> ConductCase:
    """Raises Refused."""
    found = my_cases(user).filter(pk=case_id).first()
    if found is None:
        raise _refused(case_id, action)
    return found


def hidden_cases(user: User) -> frozenset[UUID]:
    """For `people.shielding.hidden_from`: the cases about this reader, in every state, since nobody who
    opened, handled or decided one is ever named to them; and what was asked for before one began. One query,
    and one more for whom there is a case about."""
    cases = frozenset(ConductCase.objects.filter(person=user).values_list("pk", flat=True))
    if not cases:
        return cases
    asked = ApprovalRequest.objects.filter(
        action=PROTECTED_ACT, params__case__in=[str(pk) for pk in sorted(cases)]
    )
    return cases | frozenset(asked.values_list("pk", flat=True))


def first_about(user: User) -> datetime | None:
    """When the first case about this person was opened. Files with all entries of a time from then on are
    not for them: nothing can be left out of what is signed as a whole."""
    found = ConductCase.objects.filter(person=user).order_by("opened_at")
    return found.values_list("opened_at", flat=True).first()


def may_open(user: User) -> bool:
    return has(user, OPENS)


def _refused(case_id: UUID, action: Action) -> Refused:
    return Refused(ObjectType.CONDUCT_CASE, case_id, action)

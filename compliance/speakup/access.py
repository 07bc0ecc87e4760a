"""The gates of reports: who handles one, and what of the log is not for whom a report accuses.

A report is handled by the house's officers, without those whom it accuses. Where its reporter asked for
that, or no officer is left, it is the outside auditors' (outside counsel takes the same seat): independent
people, who are appointed for a time. Where none of them is left either, administrators are told that
somebody must be appointed, and nothing else.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.speakup.codes import State
from compliance.speakup.models import Accused, SpeakUpCase
from compliance.speakup.shields import Protection
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.roles.access import grants_giving, has
from people.roles.models import RoleGrant
from people.roles.permissions import Permission

PROTECTED_ACT = "people.protected_act"  # the approval that an act against a protected reporter waits for


def officers() -> QuerySet[RoleGrant]:
    return grants_giving(Permission.SPEAKUP_HANDLE)


def auditors() -> QuerySet[RoleGrant]:
    """Grants of those who read the log and are no officers."""
    return grants_giving(Permission.LOG_READ).exclude(user__in=Subquery(officers().values("user")))


def _left(grants: QuerySet[RoleGrant]) -> Exists:
    """Of these, somebody whom the report of the outer query does not accuse."""
    accused = Accused.objects.filter(case=OuterRef(OuterRef("pk"))).values("user")
    return Exists(grants.exclude(user__in=accused))


def which_cases(user: User) -> QuerySet[SpeakUpCase]:
    """The reports that this person handles now."""
    free = SpeakUpCase.objects.exclude(accused__user=user)
    if has(user, Permission.SPEAKUP_HANDLE):
        return free.filter(apart=False)
    if has(user, Permission.LOG_READ):
        return free.filter(Q(apart=True) | ~_left(officers()))
    return SpeakUpCase.objects.none()


def who_handle(case: SpeakUpCase, people: Iterable[User]) -> list[User]:
    """As `which_cases`, of one report and many people: two queries, beside what reads their permissions."""
    accused = frozenset(case.accused.values_list("user", flat=True))
    officers_left = officers().exclude(user__in=accused).exists()
    return [
        person
        for person in people
        if person.pk not in accused
        and (
            not case.apart
            if has(person, Permission.SPEAKUP_HANDLE)
            else has(person, Permission.LOG_READ) and (case.apart or not officers_left)
        )
    ]


def get_case(user: User, case_id: UUID, action: Action = Action.SPEAKUP_OPEN) -> SpeakUpCase:
    """Raises Refused: none, or not for this person; the two look the same."""
    found = which_cases(user).filter(pk=case_id, destroyed_on__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.SPEAKUP_CASE, case_id, action)
    return found


def outside(user: User) -> QuerySet[SpeakUpCase]:
    """Open reports that no officer handles, to be counted by an administrator whom they do not accuse."""
    if not has(user, Permission.ROLE_MANAGE):
        return SpeakUpCase.objects.none()
    waiting = SpeakUpCase.objects.exclude(state=State.CLOSED).exclude(accused__user=user)
    return waiting.filter(Q(apart=True) | ~_left(officers()))


def stranded(user: User) -> QuerySet[SpeakUpCase]:
    """Of these, the ones that no auditor can handle either."""
    return outside(user).exclude(_left(auditors()))


def kept_apart() -> frozenset[UUID]:
    """What was asked for because somebody is protected: no sign-off of the log counts it, for anybody."""
    asked = ApprovalRequest.objects.filter(action=PROTECTED_ACT)
    return frozenset(asked.values_list("pk", flat=True))


def hidden_reports(user: User) -> frozenset[UUID]:
    """For `people.shielding.hidden_from`: reports that accuse this reader or are kept from officers,
    destroyed ones, and what was asked for because of these. A fixed number of queries."""
    if not has(user, Permission.LOG_READ):
        return frozenset()
    hidden = SpeakUpCase.objects.filter(accused__user=user)
    if has(user, Permission.SPEAKUP_HANDLE):
        # Of a destroyed report nobody knows any more whom it accused, so it is hidden from every officer.
        gone = Q(destroyed_on__isnull=False)
        hidden = SpeakUpCase.objects.filter(Q(apart=True) | Q(accused__user=user) | gone)
    cases = set(hidden.values_list("pk", flat=True))
    if not cases:
        return frozenset()
    shields = Protection.objects.filter(case__in=cases).values_list("pk", flat=True)
    asked = ApprovalRequest.objects.filter(
        action=PROTECTED_ACT, params__protection__in=[str(pk) for pk in shields]
    )
    return frozenset(cases | set(asked.values_list("pk", flat=True)))

"""Who plans that somebody leaves or changes jobs, who sees it, and who says who gets what.

Administrators and compliance officers plan. Who gets deals, books and clients is business: the lead named in
the change and officers say it, and see what there is; administrators see only whether all of it is settled.
Nobody has a hand in their own.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.access import visible_people
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.staffing.codes import Kind, State
from people.staffing.models import Job, StaffChange

PLANNERS = (Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)


def may_plan(user: User) -> bool:
    return any(has(user, permission) for permission in PLANNERS)


def which_changes(user: User) -> QuerySet[StaffChange]:
    """Those that this person may look at: planners all but their own, a lead those given to them."""
    found = StaffChange.objects.select_related("person", "lead", "job", "planned_by").exclude(person=user)
    if may_plan(user):
        return found
    return found.filter(lead=user) if user.is_active and user.is_staff else found.none()


def get_change(user: User, change_id: UUID, action: Action = Action.STAFFING_VIEW) -> StaffChange:
    """Raises Refused."""
    found = which_changes(user).filter(pk=change_id).first()
    if found is None:
        raise Refused(ObjectType.STAFF_CHANGE, change_id, action)
    return found


def names_heirs(user: User, change: StaffChange) -> bool:
    """Whether this person says who gets what, and so sees what there is."""
    return change.person_id != user.pk and (
        change.lead_id == user.pk or has(user, Permission.APPROVAL_DECIDE)
    )


def get_to_name(user: User, change_id: UUID) -> StaffChange:
    """A change that is not over, to who says who gets what. Raises Refused."""
    found = get_change(user, change_id, Action.STAFFING_HEIR)
    if not found.is_open or not names_heirs(user, found):
        raise Refused(ObjectType.STAFF_CHANGE, change_id, Action.STAFFING_HEIR)
    return found


def get_planned(user: User, change_id: UUID, action: Action) -> StaffChange:
    """A change that is not over, to planners. Raises Refused."""
    found = get_change(user, change_id, action)
    if not found.is_open or not may_plan(user):
        raise Refused(ObjectType.STAFF_CHANGE, change_id, action)
    return found


def get_person(user: User, person_id: UUID) -> User:
    """A colleague with an open account, other than the viewer, to planners. Raises Refused."""
    found = visible_people(user).filter(pk=person_id, kind=Account.STAFF, is_active=True).first()
    if found is None or not may_plan(user) or found.pk == user.pk:
        raise Refused(ObjectType.PERSON, person_id, Action.STAFFING_PLAN)
    return found


def leads_for(person: User) -> "QuerySet[User]":
    """Who may be named to get what nobody else was named for: colleagues who do not leave themselves."""
    leaving = StaffChange.objects.filter(kind=Kind.LEAVE, state__in=[State.PLANNED, State.SET])
    staff = User.objects.filter(kind=Account.STAFF, is_active=True).exclude(pk=person.pk)
    found: QuerySet[User] = staff.exclude(pk__in=leaving.values("person")).order_by("display_name", "id")
    return found


def own_leaving(user: User) -> StaffChange | None:
    """The person's own leaving, once it is certain to them."""
    return (
        StaffChange.objects.filter(person=user, kind=Kind.LEAVE, state__in=[State.PLANNED, State.SET])
        .select_related("lead")
        .first()
    )


def own_joining(user: User) -> StaffChange | None:
    """The person's own joining, from the officer's word on until their job is theirs."""
    joining = StaffChange.objects.filter(person=user, kind=Kind.JOIN, state=State.SET)
    return joining.select_related("job", "person", "lead").first()


def jobs() -> QuerySet[Job]:
    return Job.objects.filter(retired_at__isnull=True).order_by("name_en", "id")


def which_jobs(user: User) -> QuerySet[Job]:
    return jobs() if may_plan(user) else Job.objects.none()


def waiting_for(user: User) -> QuerySet[StaffChange]:
    """Changes for which this person is to say who gets what."""
    found = StaffChange.objects.filter(state=State.PLANNED).exclude(person=user)
    return found if has(user, Permission.APPROVAL_DECIDE) else found.filter(Q(lead=user))

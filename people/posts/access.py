"""Who may hold a post, propose somebody for one, note an absence; what each sees of it."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind, User
from people.posts.codes import LIVE, NEEDS, Place, Post, State
from people.posts.models import Appointment
from people.roles.access import grants_giving, grants_in_force, has
from people.roles.permissions import Duty, Permission

# Whoever runs the house can see to it that a post is filled: nobody alone, and never for themselves.
PROPOSERS = (Permission.DUTY_MANAGE, Permission.DEAL_LEAD, Permission.ROLE_MANAGE)


def may_propose(user: User) -> bool:
    return any(has(user, permission) for permission in PROPOSERS)


def candidates(post: Post) -> QuerySet[User]:
    """Staff whose roles give what the post needs, and who administer nothing."""
    administers = grants_in_force().filter(user=OuterRef("pk"), role__duty=Duty.ADMIN)
    rows = User.objects.filter(~Exists(administers), kind=Kind.STAFF, is_active=True)
    for permission in sorted(NEEDS[post]):
        rows = rows.filter(Exists(grants_giving(permission).filter(user=OuterRef("pk"))))
    return rows.order_by("display_name", "pk")


def own_appointment(user: User, appointment_id: UUID, *states: State) -> Appointment:
    """One's own, in one of these states. Raises Refused."""
    found = Appointment.objects.filter(pk=appointment_id, person_id=user.pk, state__in=states).first()
    if found is None:
        raise Refused(ObjectType.POST, appointment_id, Action.POST_VIEW)
    return found


def held_by_absent(user: User, appointment_id: UUID) -> Appointment:
    """A holder's appointment whose absence this person may note. Raises Refused."""
    rows = Appointment.objects.filter(pk=appointment_id, place=Place.HOLDER, state=State.HELD)
    found = rows.select_related("person").first()
    if found is None or not may_note_absence(user, found):
        raise Refused(ObjectType.POST, appointment_id, Action.POST_AWAY)
    return found


def may_note_absence(user: User, held: Appointment) -> bool:
    """One's own; as an officer that of somebody who can no longer say so; never as the deputy, who would
    decide then."""
    if held.person_id == user.pk:
        return True
    deputies = Appointment.objects.filter(post=held.post, place=Place.DEPUTY, state__in=LIVE)
    return has(user, Permission.APPROVAL_DECIDE) and not deputies.filter(person_id=user.pk).exists()


def require_staff(user: User) -> None:
    """Who holds which post is no secret within the house. Raises Refused for everybody else."""
    if user.kind != Kind.STAFF:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)

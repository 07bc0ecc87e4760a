"""Who may open a staff session, and who sees which."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind, User
from people.accounts.system import SYSTEM_ID
from people.roles.access import has, permissions_of
from people.roles.permissions import Duty, Permission
from people.staffsessions.models import StaffSession

# What these open is looked at freely and changed only within a session.
ADMINISTERS = tuple(permission for permission in Permission if permission.duty == Duty.ADMIN)


def administers(user: User | AnonymousUser) -> bool:
    """Whether the person is an administrator, who may open a session."""
    return not permissions_of(user).isdisjoint(ADMINISTERS)


def may_have_asked(actor: User) -> QuerySet[User]:
    """At whose request the actor may act: an open account of staff, or the house itself; never their own."""
    house = User.objects.filter(pk=SYSTEM_ID)
    staff = User.objects.filter(kind=Kind.STAFF, is_active=True).exclude(pk=actor.pk)
    return (house | staff).order_by("display_name", "pk")


def which_sessions(user: User) -> QuerySet[StaffSession]:
    """Officers see all, an administrator their own."""
    found = StaffSession.objects.select_related("person", "requested_by", "ended_by")
    if has(user, Permission.APPROVAL_DECIDE):
        return found
    return found.filter(person=user) if administers(user) else found.none()


def get_session(user: User, session_id: UUID, action: Action) -> StaffSession:
    """Raises Refused: there is none, or it is not for this person; the two look the same."""
    found = which_sessions(user).filter(pk=session_id).first()
    if found is None:
        raise Refused(ObjectType.STAFF_SESSION, session_id, action)
    return found


def get_endable(user: User, session_id: UUID) -> StaffSession:
    """The session, to an officer, who ends anybody's. Raises Refused."""
    if not has(user, Permission.APPROVAL_DECIDE):
        raise Refused(ObjectType.STAFF_SESSION, session_id, Action.STAFF_SESSION_END)
    return get_session(user, session_id, Action.STAFF_SESSION_END)

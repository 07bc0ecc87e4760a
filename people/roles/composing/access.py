"""Which composed roles there are to be changed, and what is waiting."""

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.access import requested, to_decide
from people.approvals.models import State
from people.roles.access import has
from people.roles.models import Role
from people.roles.permissions import Permission

CHANGE = "role.change"  # the approval that a composed role comes into force by


def composed_role(user: User, code: str, action: Action) -> Role:
    """A composed role that is not retired, to whoever gives roles. Raises Refused: a built-in one and one
    that is not there look the same."""
    found = Role.objects.filter(pk=code, retired_at__isnull=True).first()
    if found is None or not found.composed or not has(user, Permission.ROLE_MANAGE):
        raise Refused(ObjectType.ROLE, None, action)
    return found


def waiting_changes(user: User) -> list[str]:
    """The open requests to compose or change a role that this person decides on or has asked for."""
    found = to_decide(user).filter(action=CHANGE) | requested(user).filter(action=CHANGE, state=State.PENDING)
    return [str(pk) for pk in found.order_by("created_at", "pk").values_list("pk", flat=True)]

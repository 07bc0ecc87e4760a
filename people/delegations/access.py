"""Who may delegate what to whom, and whose delegations one sees."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind, User
from people.approvals.registry import ApprovableAction, actions
from people.delegations.models import Delegation
from people.roles.access import grants_in_force, has
from people.roles.permissions import Duty, Permission


def delegable(user: User) -> list[ApprovableAction]:
    """What this person decides on and may have somebody else decide in their place."""
    return [action for action in actions() if action.delegable and has(user, action.permission)]


def candidates(user: User) -> QuerySet[User]:
    """Staff with a role that is not an administrator's: those keep accounts, and decide on nothing."""
    roles = grants_in_force().filter(user=OuterRef("pk")).exclude(role__duty=Duty.ADMIN)
    staff = User.objects.filter(Exists(roles), kind=Kind.STAFF, is_active=True)
    return staff.exclude(pk=user.pk).order_by("display_name", "pk")


def duties_of(user: User, giving: Iterable[Permission] = ()) -> set[str]:
    """The duties of the roles that this person holds; with permissions named, of those that give one."""
    grants = grants_in_force().filter(user=user)
    named = list(giving)
    if named:
        grants = grants.filter(role__permissions__permission__in=named)
    return set(grants.values_list("role__duty", flat=True))


def visible_delegations(user: User) -> QuerySet[Delegation]:
    """One's own, given or taken; officers see all."""
    rows = Delegation.objects.select_related("giver", "delegate", "confirmed_by")
    return rows if has(user, Permission.APPROVAL_DECIDE) else rows.filter(Q(giver=user) | Q(delegate=user))


def endable(user: User, delegation_id: UUID) -> Delegation:
    """A delegation that this person may end: either side, or an officer. Raises Refused."""
    found = visible_delegations(user).filter(pk=delegation_id).first()
    if found is None:
        raise Refused(ObjectType.DELEGATION, delegation_id, Action.APPROVAL_DELEGATE_END)
    return found

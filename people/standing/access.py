"""Who may ask for a standing approval, and whose one sees."""

from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.registry import ApprovableAction, actions
from people.roles.access import has
from people.roles.permissions import Permission
from people.standing.models import StandingApproval


def askable(user: User) -> list[ApprovableAction]:
    """What this person may have approved beforehand."""
    return [kind for kind in actions() if kind.standing_limit and kind.may_ask_standing(user)]


def visible_standing(user: User) -> QuerySet[StandingApproval]:
    """One's own, held or given; officers see all."""
    rows = StandingApproval.objects.select_related("holder", "given_by")
    return rows if has(user, Permission.APPROVAL_DECIDE) else rows.filter(Q(holder=user) | Q(given_by=user))


def endable(user: User, standing_id: UUID) -> StandingApproval:
    """One that this person may end: its holder, its giver, or an officer. Raises Refused."""
    found = visible_standing(user).filter(pk=standing_id).first()
    if found is None:
        raise Refused(ObjectType.STANDING, standing_id, Action.APPROVAL_STANDING_END)
    return found

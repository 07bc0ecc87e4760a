"""The gate of follow-ups: one's own about clients that one may still see, and those of books one manages."""

from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books, which_clients
from vault.relations.followups.models import FollowUp, FollowUpState


def own_followups(user: User, permission: Permission = Permission.CLIENT_VIEW) -> "QuerySet[FollowUp]":
    """What this person has to do. Who was taken out of a book has nothing to do there any more."""
    found: QuerySet[FollowUp] = FollowUp.objects.filter(
        assigned=user, state=FollowUpState.OPEN, client__in=which_clients(user, permission)
    )
    return found.select_related("client__book", "by")


def get_own(user: User, followup_id: UUID, action: Action, permission: Permission) -> FollowUp:
    """Raises Refused: there is none, it is somebody else's, or it is done."""
    return _one(own_followups(user, permission), followup_id, action)


def movable_followups(user: User) -> "QuerySet[FollowUp]":
    """One's own, and anybody's in a book that one manages."""
    managed = which_books(user, Permission.BOOK_MANAGE)
    found: QuerySet[FollowUp] = FollowUp.objects.filter(
        Q(assigned=user) | Q(client__book__in=managed),
        state=FollowUpState.OPEN,
        client__in=which_clients(user, Permission.CLIENT_EDIT),
    )
    return found.select_related("client__book")


def get_movable(user: User, followup_id: UUID, action: Action) -> FollowUp:
    """Raises Refused: there is none, it is done, or it is not this person's to hand over."""
    return _one(movable_followups(user), followup_id, action)


def _one(found: "QuerySet[FollowUp]", followup_id: UUID, action: Action) -> FollowUp:
    row: FollowUp | None = found.filter(pk=followup_id).first()
    if row is None:
        raise Refused(ObjectType.FOLLOW_UP, followup_id, action)
    return row

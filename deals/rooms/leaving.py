"""Whoever no longer comes for their firm loses what they were let into for it."""

from uuid import UUID

from deals.rooms.groups import leave
from deals.rooms.models import RoomGroup
from people.accounts.models import User
from people.invitations.models import Invitation
from people.invitations.services import revoke


def leave_rooms(actor: User, person_id: UUID) -> None:
    """Somebody no longer comes for their firm (people.partners.firms.on_left): out of every group, and what
    they were invited into taken back, in that transaction."""
    for invitation in Invitation.objects.filter(person_id=person_id, revoked_at__isnull=True):
        revoke(actor=actor, invitation=invitation)
    for group in RoomGroup.objects.select_related("room").filter(auth_group__user=person_id):
        leave(group, person_id, actor=actor)

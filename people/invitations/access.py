"""What an invitation entitles to: being asked for the undertaking of a deal, and nothing else."""

from uuid import UUID

from django.db.models import QuerySet

from people.accounts.models import User
from people.duties.models import NdaKind
from people.invitations.models import Invitation
from people.invitations.registry import ROOM, landing_of


def open_invitations(user: User) -> QuerySet[Invitation]:
    """Accepted invitations that were not taken back."""
    return Invitation.objects.filter(person=user, accepted_at__isnull=False, revoked_at__isnull=True)


def leads_to(user: User, deal_id: UUID) -> str:
    """The address of what the person was invited into, by the newest of their invitations to it."""
    found = open_invitations(user).filter(deal_id=deal_id).order_by("-accepted_at")
    landing = found.values_list("landing", flat=True).first() or ROOM
    return landing_of(landing).address(deal_id)


def undertaking_asked_for(user: User, deal_id: UUID) -> NdaKind | None:
    """Which undertaking the person is to sign for the deal; None without an invitation."""
    kind = open_invitations(user).filter(deal_id=deal_id).values_list("nda_kind", flat=True).first()
    return NdaKind(kind) if kind else None

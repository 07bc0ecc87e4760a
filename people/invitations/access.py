"""What an invitation entitles to: being asked for the undertaking of a deal, and nothing else."""

from uuid import UUID

from django.db.models import QuerySet

from people.accounts.models import User
from people.duties.models import NdaKind
from people.invitations.models import Invitation


def open_invitations(user: User) -> QuerySet[Invitation]:
    """Accepted invitations that were not taken back."""
    return Invitation.objects.filter(person=user, accepted_at__isnull=False, revoked_at__isnull=True)


def undertaking_asked_for(user: User, deal_id: UUID) -> NdaKind | None:
    """Which undertaking the person is to sign for the deal; None without an invitation."""
    kind = open_invitations(user).filter(deal_id=deal_id).values_list("nda_kind", flat=True).first()
    return NdaKind(kind) if kind else None

"""Whether a person's own undertaking is in force: asked on every request to a room."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from people.accounts.models import Kind, User
from people.duties.models import NdaKind, NdaSignature


def signatures_in_force() -> QuerySet[NdaSignature]:
    """Signatures that open doors now: not revoked, access not expired, and still of the text they were given
    for."""
    return NdaSignature.objects.filter(
        revoked_at__isnull=True, access_expires_at__gt=timezone.now(), text_hash=F("template__text_hash")
    )


def opening_signatures(people: Collection[User], deals: Collection[UUID]) -> QuerySet[NdaSignature]:
    """The signatures in force that open rooms of these deals to these people. Staff need the house's
    undertaking; everyone else one for this very deal."""
    staff = [person.pk for person in people if person.kind == Kind.STAFF]
    others = [person.pk for person in people if person.kind != Kind.STAFF]
    return signatures_in_force().filter(
        Q(person__in=staff, kind=NdaKind.STAFF)
        | (Q(person__in=others, deal_id__in=deals) & ~Q(kind=NdaKind.STAFF))
    )


def nda_valid(user: User, deal_id: UUID) -> bool:
    """One query."""
    return user.is_active and opening_signatures([user], [deal_id]).exists()

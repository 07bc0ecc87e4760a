"""Whether a person's own undertaking is in force: asked on every request to a room."""

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


def nda_valid(user: User, deal_id: UUID) -> bool:
    """One query. Staff need the house's undertaking; everyone else one for this very deal."""
    if not user.is_active:
        return False
    signed = signatures_in_force().filter(person_id=user.pk)
    if user.kind == Kind.STAFF:
        return signed.filter(kind=NdaKind.STAFF).exists()
    return signed.filter(~Q(kind=NdaKind.STAFF), deal_id=deal_id).exists()

"""Whether a person's own undertaking is in force: asked on every request to a room."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from people.accounts.models import Kind, User
from people.duties.models import NdaKind, NdaSignature, NdaTemplate

RENEWED_BEFORE = timedelta(days=30)  # before access ends it can be signed anew


def signatures_in_force() -> QuerySet[NdaSignature]:
    """Signatures that open doors now: not revoked, access not expired, still of the text they were given for,
    and of a version that no newer one has asked to sign again."""
    return NdaSignature.objects.filter(
        ~replaced(),
        revoked_at__isnull=True,
        access_expires_at__gt=Now(),
        text_hash=F("template__text_hash"),
    )


def replaced() -> Exists:
    """Of a signature: whether a newer version of its kind has to be signed by now."""
    return _newer(resign_from__lte=Now())


def asked_again() -> Exists:
    """Of a signature: whether a newer version that has taken effect asks whoever signed an older one, by now
    or by a day to come."""
    return _newer(resign_from__isnull=False, effective_at__lte=Now())


def renewable() -> QuerySet[NdaSignature]:
    """Signatures in force that may be given anew already: asked for again, or soon at their end."""
    soon = timezone.now() + RENEWED_BEFORE
    return signatures_in_force().filter(Q(asked_again()) | Q(access_expires_at__lte=soon))


def _newer(**standing: object) -> Exists:
    newer = NdaTemplate.objects.filter(
        kind=OuterRef("kind"), version__gt=OuterRef("template__version"), **standing
    )
    return Exists(newer)


def opening_signatures(
    deals: Collection[UUID],
    *,
    staff: Collection[UUID] = (),
    others: Collection[UUID] = (),
) -> QuerySet[NdaSignature]:
    """The signatures in force that open rooms of these deals to these people. Staff need the house's
    undertaking; everyone else one for this very deal."""
    return signatures_in_force().filter(
        Q(person__in=staff, kind=NdaKind.STAFF)
        | (Q(person__in=others, deal_id__in=deals) & ~Q(kind=NdaKind.STAFF))
    )


def nda_valid(user: User, deal_id: UUID) -> bool:
    """One query."""
    staff, others = ([user.pk], []) if user.kind == Kind.STAFF else ([], [user.pk])
    return user.is_active and opening_signatures([deal_id], staff=staff, others=others).exists()

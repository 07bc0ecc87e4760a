"""Undertakings whose access is about to end: their person is told 30 days, 7 days and 1 day before, staff and
people from outside alike. Signing the current text before it ends keeps access without a gap."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from people.duties.models import NdaSignature
from people.notices.services import notify

STEPS = (1, 7, 30)  # days before the end


def tell_ending() -> int:
    """Tells who has no later one for the same deal; returns how many. Safe to run twice: each step is told
    once."""
    told = 0
    for signature, step in ending():
        told += 1
        with transaction.atomic():
            key = f"{signature.pk}.{step}"
            notify("nda.ending", [signature.person], deal_id=signature.deal_id, key=key)
    return told


def ending() -> Iterator[tuple[NdaSignature, int]]:
    """Signatures that open doors, of open accounts, whose end is near and that none outlasts; with the
    step."""
    now = timezone.now()
    later = NdaSignature.objects.filter(
        Q(deal_id=OuterRef("deal_id")) | Q(deal_id__isnull=True, kind=OuterRef("kind")),
        person=OuterRef("person"),
        revoked_at__isnull=True,
        access_expires_at__gt=OuterRef("access_expires_at"),
    )
    found = NdaSignature.objects.filter(
        ~Exists(later),
        revoked_at__isnull=True,
        access_expires_at__gt=now,
        access_expires_at__lte=now + timedelta(days=STEPS[-1]),
        person__is_active=True,
    )
    for signature in found.select_related("person").order_by("pk"):
        step = step_of(signature.signed_at, signature.access_expires_at, now)
        if step is not None:
            yield signature, step


def step_of(began: datetime, ends: datetime, now: datetime) -> int | None:
    """The step that has been reached, in days before the end: the nearest one. None before the first, after
    the end, and where the whole lasts so short that the step would be told as good as at its beginning."""
    left, lasts = ends - now, ends - began
    for days in STEPS:
        step = timedelta(days=days)
        if timedelta() < left <= step and lasts > 2 * step:
            return days
    return None

"""When a deal is over: what was entrusted for it may not be used from then on (PIPL 21)."""

from collections.abc import Collection
from uuid import UUID

from deals.pipeline.models import Deal, Stage


def ended_deals(deals: Collection[UUID]) -> set[UUID]:
    """Those of these deals that are closed. A deal moved back from there is open again."""
    return set(Deal.objects.filter(pk__in=deals, stage__gte=Stage.CLOSED).values_list("pk", flat=True))

"""Which deals have ended. The deals layer lies above and registers the answer."""

from collections.abc import Callable, Collection
from uuid import UUID

# Of these deals, those that have ended, in one query.
Provider = Callable[[Collection[UUID]], set[UUID]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called once from an upper layer's `apps.ready()`."""
    if provider not in _providers:
        _providers.append(provider)


def ended(deals: Collection[UUID]) -> set[UUID]:
    """The deals among these for which entrusted data may no longer be used (PIPL 21)."""
    return set().union(*(provider(deals) for provider in _providers)) if deals else set()

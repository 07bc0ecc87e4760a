"""Whether the key provider answers now, and since when it does not: for the key page."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from vault.keys.errors import ProviderDown
from vault.keys.providers import provider

_SINCE = "key-provider.down-since"


@dataclass(frozen=True, slots=True)
class ProviderState:
    """`down_since` is when a look first found it down; None while it answers."""

    down_since: datetime | None


def provider_state() -> ProviderState:
    """Asks the provider for its versions."""
    try:
        provider().versions()
    except ProviderDown:
        return ProviderState(cache.get_or_set(_SINCE, timezone.now, timeout=None) or timezone.now())
    cache.delete(_SINCE)
    return ProviderState(None)

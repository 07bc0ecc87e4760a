"""Whether the key provider answers now and holds the key in force, and since when it does not answer."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from vault.keys.errors import ProviderDown
from vault.keys.inventory import root_versions
from vault.keys.providers import provider

_SINCE = "key-provider.down-since"


@dataclass(frozen=True, slots=True)
class ProviderState:
    """`down_since` is when a look first found it down; None while it answers. `lacks` is a root version in
    force that it should hold and does not: its file was lost, or the token is another."""

    down_since: datetime | None
    lacks: int | None = None


def provider_state() -> ProviderState:
    """Asks the provider for its versions."""
    root = provider()
    try:
        held = root.versions()
    except ProviderDown:
        return ProviderState(cache.get_or_set(_SINCE, timezone.now, timeout=None) or timezone.now())
    cache.delete(_SINCE)
    newest = root_versions()[:1]
    missing = [one.id for one in newest if one.provider == root.name and one.id not in held]
    return ProviderState(None, *missing)

"""Whether clients engage us now. Mandates (vault.relations.mandates) lie above and register the answer.

Asked at every use on the basis CONTRACT (PIPL 13 (2)) and kept nowhere, so that the end of a mandate is
effective with the next request of every process.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from uuid import UUID


class Engagement(StrEnum):
    NEVER = "never"  # nothing was ever signed: a contract may still be concluded
    AHEAD = "ahead"  # signed, and its first day is still to come
    NOW = "now"
    OVER = "over"  # there was one, and none is in force or to come


# Of these clients, those of whom something was ever signed, in one query.
Provider = Callable[[Collection[UUID]], Mapping[UUID, Engagement]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called once from an upper layer's `apps.ready()`."""
    if provider not in _providers:
        _providers.append(provider)


def engagements_of(clients: Collection[UUID]) -> Mapping[UUID, Engagement]:
    """How each stands; who is not named was never engaged. One query.

    Raises ValueError where nobody, or more than one, registered the answer: a gate without one must not open.
    """
    [provider] = _providers
    return provider(clients)

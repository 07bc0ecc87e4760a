"""Which deals a person may entrust a book for. The deals layer lies above and registers the answer."""

from collections.abc import Callable, Sequence
from uuid import UUID

from people.accounts.models import User

# (deal id, its code name): never the target company's name.
Choices = Sequence[tuple[UUID, str]]
Provider = Callable[[User], Choices]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called once from an upper layer's `apps.ready()`."""
    if provider not in _providers:
        _providers.append(provider)


def deals_of(user: User) -> list[tuple[UUID, str]]:
    """The deals that the person leads or works on."""
    return [choice for provider in _providers for choice in provider(user)]

"""The registry of what is due: every layer names its own; the day's page shows the viewer theirs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.utils.functional import Promise

from people.accounts.models import User


class Urgency(IntEnum):
    """Low first is shown first."""

    NOW = 1
    SOON = 2
    LATER = 3


@dataclass(frozen=True, kw_only=True)
class DueItem:
    """One line of the day: how many of what wait where. A count of nothing is not shown."""

    label: str | Promise
    count: int
    url: str
    urgency: Urgency = Urgency.SOON


# What is due for this person, in a fixed number of queries. A provider asks its own gates.
Provider = Callable[[User], Iterable[DueItem]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a provider; a second time changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def due_for(user: User) -> list[DueItem]:
    """Everything that waits for this person, the most urgent first."""
    found = [item for provider in _providers for item in provider(user) if item.count]
    return sorted(found, key=lambda item: (item.urgency, -item.count))

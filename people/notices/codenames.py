"""The project code names of deals, asked of the gate of deals at the time of showing.

A name that may not be shown any more is left out, wherever the notice was going.
"""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from people.accounts.models import User

# The code names, of these deals, that this person may see now. It asks its own gate.
Names = Callable[[User, Collection[UUID]], Mapping[UUID, str]]

_sources: list[Names] = []


def register(names: Names) -> None:
    """Adds a source; a second time changes nothing."""
    if names not in _sources:
        _sources.append(names)


def names_for(user: User, deals: Collection[UUID]) -> dict[UUID, str]:
    """By deal; what the person may not see is missing."""
    found: dict[UUID, str] = {}
    if deals:
        for names in _sources:
            found |= names(user, deals)
    return found

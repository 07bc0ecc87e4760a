"""Whose compartment is it? Upper layers say for theirs; the inventory shows a name only to who may see its
owner."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from people.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Owner:
    """What a compartment belongs to: its kind, and its name and address where this person may see them;
    `unseen` stands for the name where they may not."""

    kind: str | Promise
    name: str = ""
    url: str = ""
    unseen: str | Promise = ""

    @property
    def title(self) -> str:
        """What a page calls it."""
        return str(self.name or self.unseen or self.kind)


# Those of these compartments that are one's own, in a fixed number of queries.
Teller = Callable[[User, Sequence[UUID]], Mapping[UUID, Owner]]

_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """A second time changes nothing."""
    if teller not in _tellers:
        _tellers.append(teller)


def owners_of(user: User, compartments: Sequence[UUID]) -> dict[UUID, Owner]:
    """Compartment → owner; those that nobody knows are left out."""
    return {
        compartment: owner for teller in _tellers for compartment, owner in teller(user, compartments).items()
    }

"""What somebody holds that must not be left without an owner, and what ends when they leave or change jobs.

Each layer registers its own kinds when it is ready, and moves them by the same acts as when they are moved
one by one: nothing here knows what a deal is. What is given is asked for again at the hour itself, so that
what came in between is not forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from people.accounts.models import User


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that somebody holds. `words` name it without anything that its successor might not see: a
    code name, the name of a book. `may_lapse`: without a successor it is nobody's, and that is no harm (the
    public pool takes the clients of an own book); `becomes` says what happens to it then. Of what is not
    `inherited` nobody is named: somebody gets it in another way, or nobody."""

    id: UUID
    words: str
    may_lapse: bool = False
    becomes: str = ""
    inherited: bool = True


class Estate(Protocol):
    """One kind of what people hold."""

    @property
    def label(self) -> str | Promise:
        """What the page calls it."""

    def things(self, person: User) -> Sequence[Thing]:
        """What the person holds of it now."""

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        """Who could hold it: others than the person, by the gates as they stand now."""

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        """In the caller's transaction, logged; `to` is one of the heirs, or None where it may lapse."""


# (actor, person) → ends what needs no successor: memberships, what runs. In the caller's transaction, logged.
Ending = Callable[[User, User], None]
# (change's planner, person) → told as soon as it is known that somebody leaves.
Told = Callable[[User, User], None]

_estates: dict[str, Estate] = {}
_endings: list[Ending] = []
_told: list[Told] = []


def register_estate(code: str, estate: Estate) -> None:
    """Called from `apps.ready()`; a second time under the same code replaces it."""
    _estates[code] = estate


def register_ending(ending: Ending) -> None:
    """Called from `apps.ready()`; a second time changes nothing."""
    if ending not in _endings:
        _endings.append(ending)


def register_told(told: Told) -> None:
    """Called from `apps.ready()`; a second time changes nothing."""
    if told not in _told:
        _told.append(told)


def estates() -> dict[str, Estate]:
    return dict(_estates)


def end_everything(*, actor: User, person: User) -> None:
    """Everything registered, in the caller's transaction."""
    for ending in _endings:
        ending(actor, person)


def tell_leaving(*, actor: User, person: User) -> None:
    for told in _told:
        told(actor, person)

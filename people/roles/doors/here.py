"""From where, and how, whoever acts now came in: what a role that is limited in that asks.

A gate knows a person, and the same person may come in two ways. So the request is a variable, set by the
middleware. It counts for its own person alone: what a gate asks about somebody else is asked of their grants.
Outside of a request, in a job that somebody ordered from within one, nothing is asked again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from people.roles.doors.networks import Address, lies_within


class Shut(StrEnum):
    """Why a role does not count in this request."""

    NETWORK = "door.network"
    PASSKEY = "door.passkey"


@dataclass(frozen=True, slots=True)
class Here:
    """One request. `person` None: nobody was signed in when it began, so it counts for whoever signs in."""

    person: UUID | None
    address: Address | None
    by_passkey: bool


_here: ContextVar[Here | None] = ContextVar("roles_here", default=None)


@contextmanager
def coming_from(here: Here) -> Iterator[None]:
    """Run the block as this request."""
    token = _here.set(here)
    try:
        yield
    finally:
        _here.reset(token)


def here_of(person: UUID) -> Here | None:
    """The request, where it is this person's own."""
    here = _here.get()
    return here if here is not None and here.person in (None, person) else None


def shut_to(here: Here, networks: Sequence[str] | None, passkey_from: datetime | None) -> Shut | None:
    """Why a role with these demands does not count in this request; None: it does."""
    if networks and not lies_within(here.address, networks):
        return Shut.NETWORK
    if passkey_from is not None and passkey_from <= timezone.now() and not here.by_passkey:
        return Shut.PASSKEY
    return None

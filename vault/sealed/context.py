"""The access context: what may be opened here and now, and under which log entry.

The database enforces each release of a key; while a key is cached, this enforces. It lives in a
context variable, so it never leaks into another request's thread, and the values that a record opened
are thrown away with it: a record carried out of its context is sealed again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from vault.keys.cache import Opened


class Mode(Enum):
    """What an access gives out."""

    MASK = "mask"  # masks and nothing else, whether the key is cached or not
    OPEN = "open"  # plaintext of the named groups
    WRITE = "write"  # plaintext, and sealing


class Sealed(Exception):
    """A sealed value was asked for outside an access context that names it."""


class KeyMoved(Sealed):
    """The access names the subject but has not the key that its record is under: the record was moved to
    another key between the grant of the keys and its loading. A next access is granted that key."""


@dataclass(frozen=True, slots=True, eq=False)
class AccessContext:
    """The subjects and groups of one logged access, with their open keys.

    `groups` of None means every group. `withheld` are names of values that stay masks where the others are
    opened. Compared by identity: each access opens its own values anew.
    `subjects` are the numbers of their UUIDs: a UUID hashes and compares in Python, a number in C.
    """

    entry: UUID
    mode: Mode
    subjects: frozenset[int]
    groups: frozenset[str] | None
    keys: dict[int, Opened] = field(repr=False)
    withheld: frozenset[str] = frozenset()


_current: ContextVar[AccessContext | None] = ContextVar("access", default=None)
current_access = _current.get


@contextmanager
def entered(context: AccessContext) -> Iterator[AccessContext]:
    """Make `context` the current one. Only `vault.access` makes one, after its log entry committed."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def begin_without_access() -> None:
    """Forget an access that earlier work on this thread left behind, as a generator does that is suspended
    inside one: a request begins with nothing open."""
    _current.set(None)

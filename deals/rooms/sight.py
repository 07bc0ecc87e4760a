"""Looking at a room as somebody else would get it (以对方视角预览): whom the room's gate asks about then.

While it lasts, each question to the gate is asked of two people, the one who looks and the one they look as,
and both have to pass: it can hide things from whoever looks, and never show them more. That is why it may be
a variable of the request and no argument, which a view could forget: one that knows nothing of it still
shows no more than both may see. `request.user` stays who looks, for every other gate and for the log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from django.utils import timezone

from people.accounts.models import User


@dataclass(frozen=True, slots=True)
class Sight:
    """`viewer` looks at the room of one deal as `person` would get it, until `ends_at`."""

    viewer: User
    person: User
    deal_id: UUID
    ends_at: datetime

    @property
    def minutes_left(self) -> int:
        """Begun minutes count as whole ones."""
        return max(ceil((self.ends_at - timezone.now()).total_seconds() / 60), 0)


_sight: ContextVar[Sight | None] = ContextVar("room_sight", default=None)


def current_sight() -> Sight | None:
    return _sight.get()


@contextmanager
def looking_as(sight: Sight) -> Iterator[None]:
    """Run the block with both people asked at the gate of every room."""
    token = _sight.set(sight)
    try:
        yield
    finally:
        _sight.reset(token)


def asked_about(user: User, deal_id: UUID) -> tuple[User, ...]:
    """Who has to pass the gate of this deal's room for `user` to; empty when nobody can pass: it is another
    deal's room, or the question is about a third person."""
    sight = _sight.get()
    if sight is None:
        return (user,)
    both = (sight.person, sight.viewer)
    return both if sight.deal_id == deal_id and user in both else ()


def shown_to(user: User) -> User:
    """For whom a page is put together: the person looked as, or the user. For what it shows, never a gate."""
    sight = _sight.get()
    return user if sight is None else sight.person

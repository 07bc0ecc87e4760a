"""What goes along with a client who gets another owner, and what an agent who leaves has open about others'
clients: slices beside this one register what they keep."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from people.accounts.models import User
from vault.records.models import ClientBook


class Follower(Protocol):
    """Called in the transaction of the change, with the clients locked; it logs what it moves."""

    def __call__(
        self, *, actor: User, book: ClientBook, client_ids: Sequence[UUID], to: User, leaver_id: UUID | None
    ) -> None:
        """What somebody left open who does not work in the book any more becomes `to`'s, and what `leaver_id`
        did, whose clients are handed over. At most 1,000 clients."""


class Remainder(Protocol):
    """What somebody has open about clients who are not theirs, and that nobody gets by itself: the client has
    no owner who can work in the book, and does not wait in the public pool either."""

    def exists(self, *, book: OuterRef, user: OuterRef) -> Exists:
        """Whether this person, who cannot work in the book, has any there."""

    def counts(self, *, books: QuerySet[ClientBook], leaver_id: UUID) -> Mapping[UUID, int]:
        """How many the person has in each of the books; one without any is left out."""

    def give(self, *, book: ClientBook, leaver_id: UUID, to: Sequence[User], kind: str) -> int:
        """Give them to these in equal shares, logged in the caller's transaction; how many. `kind` "" is
        clients of every kind."""


_followers: dict[str, Follower] = {}
_remainders: dict[str, Remainder] = {}


def register_follower(code: str, follower: Follower) -> None:
    """Called from `apps.ready()`; a second time under the same code replaces it."""
    _followers[code] = follower


def register_remainder(code: str, remainder: Remainder) -> None:
    """Called from `apps.ready()`; a second time under the same code replaces it."""
    _remainders[code] = remainder


def remainders() -> list[Remainder]:
    return list(_remainders.values())


def go_along(
    *, actor: User, book: ClientBook, client_ids: Sequence[UUID], to: User, leaver_id: UUID | None
) -> None:
    """Have everything registered follow these clients of one book."""
    for follower in _followers.values():
        follower(actor=actor, book=book, client_ids=client_ids, to=to, leaver_id=leaver_id)

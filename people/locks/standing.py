"""Whether something is locked now: asked by every gate, of the database and of nothing that is remembered."""

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from people.accounts.models import User
from people.locks.codes import DEALS, Kind
from people.locks.models import Lock
from people.partners.standing import people_of_shut_firms

Piece = TypeVar("Piece")


class LockedMeanwhile(ConnectionError):
    """Whoever is being answered was locked or has left, or what it is about was locked: the answer ends
    unfinished."""


def in_force() -> QuerySet[Lock]:
    return Lock.objects.filter(ended_at__isnull=True)


def is_locked(person_id: UUID) -> bool:
    """Whether the person is."""
    return in_force().filter(kind=Kind.PERSON, object_id=person_id).exists()


def locked_deals(deals: Collection[UUID]) -> set[UUID]:
    """Those of these deals that are locked, or whose room is. One query."""
    return set(deals).intersection(locks_of_deals(deals).values_list("deal_id", flat=True))


def locks_of_deals(deals: Collection[UUID]) -> QuerySet[Lock]:
    """The locks that shut one of these deals, or its room."""
    return in_force().filter(kind__in=DEALS, deal_id__in=deals)


def locks_of_rooms() -> QuerySet[Lock]:
    """Every lock that shuts a deal or its room; each names its deal."""
    return in_force().filter(kind__in=DEALS)


def lock_of_deal(deal_id: UUID) -> Lock | None:
    """The earliest lock that shuts the deal's room."""
    return in_force().filter(kind__in=DEALS, deal_id=deal_id).order_by("locked_at").first()


def held_compartments(compartments: Collection[UUID]) -> set[UUID]:
    """Those of these whose keys a lock withholds: their freeze ends with the lock, and in no other way."""
    wanted = set(compartments)
    found = in_force().filter(compartments__overlap=list(wanted)).values_list("compartments", flat=True)
    return {one for row in found for one in row} & wanted


def lock_of_book(book_id: UUID) -> Lock | None:
    """The earliest lock that shuts the book: its own, or its deal's."""
    return in_force().filter(compartments__contains=[book_id]).order_by("locked_at").first()


def shuts(person_id: UUID, deal_id: UUID | None = None) -> bool:
    """Whether an answer to this person (about this deal) must end: they or it are locked, their account was
    closed, or their firm is not in force. One query, short enough to be asked between any two pieces of an
    answer."""
    which = Q(kind=Kind.PERSON, object_id=person_id)
    if deal_id is not None:
        which |= Q(kind__in=DEALS, deal_id=deal_id)
    closed = User.objects.filter(pk=person_id, is_active=False).values("pk")
    firm = people_of_shut_firms().filter(person_id=person_id).values("pk")
    return in_force().filter(which).values("pk").union(closed, firm).exists()


def until_locked(pieces: Iterable[Piece], person_id: UUID, *, stride: int = 1) -> Iterator[Piece]:
    """The pieces, asking before each `stride`th but the first, which the gate let out. Small pieces
    (lines) take a longer stride. Raises LockedMeanwhile."""
    for number, piece in enumerate(pieces):
        if number and not number % stride and shuts(person_id):
            raise LockedMeanwhile
        yield piece

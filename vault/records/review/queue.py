"""The queue: which clients wait to be looked at again, by whom, which of their groups, and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books, which_clients
from vault.records.labels import Group
from vault.records.models import Client, ClientState
from vault.records.reading import MaskedRow, masked_rows
from vault.records.review.columns import COLUMN, PERIOD
from vault.records.review.staleness import (
    SEALED,
    STOPS_AFTER,
    confirmed_at,
    due_before,
    due_groups,
    held_groups,
    is_due,
    is_stopped,
)


class Why(TextChoices):
    """Why a client is in the queue."""

    STALE = "stale", _("Not confirmed in time")
    UNUSED = "unused", _("Neither confirmed nor changed for long: is it still needed?")
    UNFINISHED = "unfinished", _("Taken in from a chat and never completed: is it still needed?")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a group stands: when it was confirmed, whether it is due, and whether it is given out no more."""

    group: Group
    at: datetime
    due: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A masked row, why it waits, and its groups that are to be confirmed."""

    row: MaskedRow
    why: Why
    stale: list[Confirmation]


def queue_of(user: User) -> "QuerySet[Client]":
    """What is due of the person's own clients, and of every client of the books that they manage."""
    managed = which_books(user, Permission.BOOK_MANAGE)
    theirs = Q(assigned=user) | Q(book__in=managed)
    return due(user).filter(theirs)


def due_of(user: User) -> "QuerySet[Client]":
    """What is due of the clients that are assigned to the person."""
    return due(user).filter(assigned=user)


def due(user: User) -> "QuerySet[Client]":
    """What is due in the person's books: one condition for each set of periods.

    No group is due before the oldest confirmation of all is as old as the shortest period: by that the index
    finds the candidates.
    """
    by_periods: dict[tuple[int, ...], list[UUID]] = defaultdict(list)
    books = which_books(user, Permission.CLIENT_EDIT)
    for book_id, *months in books.values_list("pk", *PERIOD.values()):
        by_periods[tuple(months)].append(book_id)
    wanted = Q(pk__in=[])
    for periods, ids in by_periods.items():
        candidates = Q(book__in=ids, confirmed_at__lt=due_before(min(periods)))
        wanted |= candidates & _stale(dict(zip(PERIOD, periods, strict=True)))
        wanted |= Q(book__in=ids, complete_by__lt=timezone.now())
    return which_clients(user, Permission.CLIENT_EDIT).filter(wanted, state=ClientState.ACTIVE)


def _stale(periods: dict[Group, int]) -> Q:
    """`staleness.is_due` of any group, in SQL."""
    wanted = Q(pk__in=[])
    for group, months in periods.items():
        before = due_before(months)
        own = Q(**{f"{COLUMN[group]}__lt": before})
        oldest = Q(**{f"{COLUMN[group]}__isnull": True, "confirmed_at__lt": before})
        wanted |= Q(**{f"{SEALED[group]}__isnull": False}) & (own | oldest)
    return wanted


def waiting_rows(clients: Sequence[Client]) -> list[Waiting]:
    """Masks of one page of the queue, under one entry."""
    return [
        Waiting(row, _why(row.client), [one for one in confirmations(row.client) if one.due])
        for row in masked_rows(clients)
    ]


def confirmations(client: Client) -> list[Confirmation]:
    """How each group that holds something stands."""
    return [
        Confirmation(group, confirmed_at(client, group), is_due(client, group), is_stopped(client, group))
        for group in held_groups(client)
    ]


def _why(client: Client) -> Why:
    if not due_groups(client):
        return Why.UNFINISHED
    longest = max(getattr(client.book, period) for period in PERIOD.values())
    unchanged = client.updated_at < due_before(longest, periods=STOPS_AFTER)
    stopped = all(is_stopped(client, group) for group in held_groups(client))
    return Why.UNUSED if unchanged and stopped else Why.STALE

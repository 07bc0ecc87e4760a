"""The queue: which clients wait to be looked at again, by whom, and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books, which_clients
from vault.records.models import Client, ClientState
from vault.records.reading import MaskedRow, masked_rows
from vault.records.review.staleness import STOPS_AFTER, due_before, is_due, is_stopped


class Why(TextChoices):
    """Why a client is in the queue."""

    STALE = "stale", _("Not confirmed in time")
    UNUSED = "unused", _("Neither confirmed nor changed for long: is it still needed?")
    UNFINISHED = "unfinished", _("Taken in from a chat and never completed: is it still needed?")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A masked row, why it waits, and whether its plaintext is given out no more."""

    row: MaskedRow
    why: Why
    stopped: bool


def queue_of(user: User) -> "QuerySet[Client]":
    """What is due of the person's own clients, and of every client of the books that they manage."""
    managed = which_books(user, Permission.BOOK_MANAGE)
    theirs = Q(assigned=user) | Q(book__in=managed)
    return due(user).filter(theirs)


def due_of(user: User) -> "QuerySet[Client]":
    """What is due of the clients that are assigned to the person."""
    return due(user).filter(assigned=user)


def due(user: User) -> "QuerySet[Client]":
    """What is due in the person's books: one condition for each length of period, so that the index by
    confirmation is used."""
    by_months: dict[int, list[UUID]] = defaultdict(list)
    for book_id, months in which_books(user, Permission.CLIENT_EDIT).values_list("pk", "review_months"):
        by_months[months].append(book_id)
    wanted = Q(pk__in=[])
    for months, books in by_months.items():
        wanted |= Q(book__in=books, confirmed_at__lt=due_before(months))
        wanted |= Q(book__in=books, complete_by__lt=timezone.now())
    return which_clients(user, Permission.CLIENT_EDIT).filter(wanted, state=ClientState.ACTIVE)


def waiting_rows(clients: Sequence[Client]) -> list[Waiting]:
    """Masks of one page of the queue, under one entry."""
    return [Waiting(row, _why(row.client), is_stopped(row.client)) for row in masked_rows(clients)]


def _why(client: Client) -> Why:
    if not is_due(client):
        return Why.UNFINISHED
    long_ago = due_before(client.book.review_months, periods=STOPS_AFTER)
    return Why.UNUSED if max(client.confirmed_at, client.updated_at) < long_ago else Why.STALE

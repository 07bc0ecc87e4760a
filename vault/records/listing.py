"""A page of the list of clients: by key, and constant in cost whatever the size of the books.

The database looks into each book of the person by the book's own index and merges the heads: a plan that
does not change with how large the books are, or how small the person's share of the house is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books, which_clients
from vault.records.models import ASSIGNED, NOBODY, Client
from vault.records.reading import MaskedRow, masked_rows
from vault.records.sorting import NEWEST, Order, arranged, order_by, placed

PAGE = 100
COUNTED = 10_000  # more are "more than 10,000"
_EQUAL = ("kind", "source", "grade", "state", "visibility", "origin", "use")
# An index within the book answers these; counting others would read every client.
_COUNTABLE = {"book", "grade", "assigned"}


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Rows in the chosen order; `previous` and `next` are the ids to go on from, empty at the ends.

    `count` is of all that fit the filters, at most COUNTED + 1; None where counting would read them all.
    """

    rows: list[MaskedRow]
    previous: str
    next: str
    count: int | None = None


def list_clients(
    *,
    actor: User,
    filters: Mapping[str, Any],
    sort: str = NEWEST,
    after: UUID | None = None,
    before: UUID | None = None,
) -> ClientPage:
    """The page of clients beyond `after`, or before `before`, masked; its entry names all of them.

    `filters` are `FilterForm.filters`. A cursor that is no client of this person gives the first page.
    """
    order = order_by(sort)
    books = _books(actor, filters)
    edge = _edge(actor, order, before or after)
    backwards = before is not None and edge is not None
    ids = _merged(books, _filtered(actor, filters), order, edge=edge, backwards=backwards)
    more, ids = len(ids) > PAGE, ids[:PAGE]
    if backwards:
        ids.reverse()
    clients = _in_order(actor, ids)
    book = filters.get("book")
    return ClientPage(
        masked_rows(clients, object_id=book.pk if book else None),
        previous=str(ids[0]) if ids and (more if backwards else edge is not None) else "",
        next=str(ids[-1]) if ids and (backwards or more) else "",
        count=_count(actor, books, filters),
    )


def _books(actor: User, filters: Mapping[str, Any]) -> list[UUID]:
    books = which_books(actor)
    if book := filters.get("book"):
        books = books.filter(pk=book.pk)
    return list(books.values_list("pk", flat=True))


def _edge(actor: User, order: Order, cursor: UUID | None) -> Sequence[Any] | None:
    """The place of the client at the page's edge. The cursor is its id, never what the list is sorted by."""
    if cursor is None:
        return None
    names = placed(order)
    row: Sequence[Any] | None = (
        which_clients(actor).filter(pk=cursor).annotate(**names).values_list(*names).first()
    )
    return row


def _filtered(actor: User, filters: Mapping[str, Any]) -> "QuerySet[Client]":
    """The clients of one book, called `chosen.book`, that fit."""
    found: QuerySet[Client] = Client.objects.filter(
        book_id=RawSQL("chosen.book", (), output_field=UUIDField())
    )
    found = found.filter(**{name: filters[name] for name in _EQUAL if filters.get(name)})
    if filters.get("assigned"):
        whose = actor.pk if filters["assigned"] == "me" else NOBODY
        found = found.alias(whose=ASSIGNED).filter(whose=whose)  # as the index has it
    return found


def _merged(
    books: Sequence[UUID],
    found: "QuerySet[Client]",
    order: Order,
    *,
    edge: Sequence[Any] | None,
    backwards: bool,
) -> list[UUID]:
    """The ids of the first PAGE + 1 over all books."""
    names = list(placed(order))
    head = arranged(found, order, edge=edge, backwards=backwards).values_list(*names)[: PAGE + 1]
    way = "desc" if order.falling != backwards else "asc"
    by = ", ".join(f"head.{name} {way}" for name in names)
    sql, parameters = head.query.sql_with_params()
    statement = f"""
        select head.{names[-1]} from unnest(%s::uuid[]) as chosen (book),
        lateral ({sql}) as head ({", ".join(names)})
        order by {by} limit {PAGE + 1}"""  # noqa: S608 (names of our own, Django's SQL with its parameters)
    return [row[0] for row in _fetched(statement, [list(books), *parameters])]


def _count(actor: User, books: Sequence[UUID], filters: Mapping[str, Any]) -> int | None:
    if any(value for name, value in filters.items() if name not in _COUNTABLE):
        return None
    sql, parameters = _filtered(actor, filters).values_list("pk")[: COUNTED + 1].query.sql_with_params()
    statement = f"""
        select count(*) from (
            select from unnest(%s::uuid[]) as chosen (book), lateral ({sql}) as one limit {COUNTED + 1}
        ) as counted"""  # noqa: S608 (as above)
    [[count]] = _fetched(statement, [list(books), *parameters])
    return int(count)


def _fetched(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _in_order(actor: User, ids: Sequence[UUID]) -> list[Client]:
    """These clients; the gate decides once more."""
    found = {
        client.pk: client for client in which_clients(actor).select_related("assigned").filter(pk__in=ids)
    }
    return [found[pk] for pk in ids if pk in found]


def clients_matching(actor: User, filters: Mapping[str, Any], permission: Permission) -> "QuerySet[Client]":
    """All clients of the list that the person may do this with, whatever the page."""
    found = which_clients(actor, permission)
    found = found.filter(**{name: filters[name] for name in ("book", *_EQUAL) if filters.get(name)})
    if filters.get("assigned"):
        found = found.filter(assigned=actor if filters["assigned"] == "me" else None)
    return found

"""A page of the list of clients: by key, and constant in queries whatever the size of the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from people.accounts.models import User
from vault.records.access import which_clients
from vault.records.models import Client
from vault.records.reading import MaskedRow, masked_rows

PAGE = 100


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Rows newest first; `previous` and `next` are the ids to go on from, empty at the ends."""

    rows: list[MaskedRow]
    previous: str
    next: str


def list_clients(
    *, actor: User, filters: Mapping[str, Any], after: UUID | None = None, before: UUID | None = None
) -> ClientPage:
    """The page of clients older than `after`, or newer than `before`, masked; its entry names all of them.

    `filters` are cleaned values of `FilterForm`.
    """
    found = _filtered(which_clients(actor).select_related("assigned"), actor, filters)
    if before is not None:
        newer = list(found.filter(pk__gt=before).order_by("id")[: PAGE + 1])
        clients, more_newer, more_older = newer[:PAGE][::-1], len(newer) > PAGE, True
    else:
        older = found if after is None else found.filter(pk__lt=after)
        clients = list(older.order_by("-id")[: PAGE + 1])
        more_newer, more_older = after is not None, len(clients) > PAGE
        clients = clients[:PAGE]
    book = filters.get("book")
    rows = masked_rows(clients, object_id=book.pk if book else None)
    return ClientPage(
        rows,
        previous=str(clients[0].pk) if clients and more_newer else "",
        next=str(clients[-1].pk) if clients and more_older else "",
    )


def _filtered(found: "QuerySet[Client]", actor: User, filters: Mapping[str, Any]) -> "QuerySet[Client]":
    for name in ("book", "kind", "source", "grade", "state"):
        if filters.get(name):
            found = found.filter(**{name: filters[name]})
    if filters.get("assigned") == "me":
        return found.filter(assigned=actor)
    return found.filter(assigned=None) if filters.get("assigned") == "none" else found

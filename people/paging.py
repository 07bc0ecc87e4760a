"""Pages by key: what a page costs does not grow with the number of pages before it.

The cursor in the address is the id of the row at the edge, never what the list is sorted by: that may be a
name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`previous` and `next` are cursors for `?before=` and `?after=`, empty at the ends."""

    rows: list[Row]
    previous: str
    next: str


def page_of(request: HttpRequest, found: QuerySet[Row], *, by: str, size: int = SIZE) -> Page[Row]:
    """The page of `found` that the address asks for, sorted by the field `by` ("-by": downwards), then by id.

    An unknown cursor gives the first page: the row may have been deleted since the link was made.
    """
    before, after = _edge(request, found, "before", by), _edge(request, found, "after", by)
    backwards = before is not None
    edge = before or after
    rows = _sorted(found, by, backwards)
    if edge is not None:
        rows = rows.filter(_beyond(edge, by, backwards))
    window = list(rows[: size + 1])
    more, window = len(window) > size, window[:size]
    if backwards:
        window.reverse()
    if not window:
        return Page([], "", "")
    return Page(
        rows=window,
        previous=str(window[0].pk) if (more if backwards else edge is not None) else "",
        next=str(window[-1].pk) if (backwards or more) else "",
    )


Edge = Sequence[Any]


def _edge(request: HttpRequest, found: QuerySet[Row], name: str, by: str) -> Edge | None:
    try:
        cursor = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    edge: Edge | None = found.order_by().filter(pk=cursor).values_list(by.removeprefix("-"), "pk").first()
    return edge


def _sorted(found: QuerySet[Row], by: str, backwards: bool) -> QuerySet[Row]:
    falling = by.startswith("-") != backwards
    sign = "-" if falling else ""
    return found.order_by(f"{sign}{by.removeprefix('-')}", f"{sign}pk")


def _beyond(edge: Edge, by: str, backwards: bool) -> Q:
    comparison = "lt" if by.startswith("-") != backwards else "gt"
    field = by.removeprefix("-")
    value, pk = edge
    # The first condition alone bounds the index scan; the second settles equal values.
    edge_or_further = Q(**{f"{field}__{comparison}e": value})
    return edge_or_further & (Q(**{f"{field}__{comparison}": value}) | Q(**{f"pk__{comparison}": pk}))

"""Questions that a gate asks on every request: put together once, planned once in each database session.

Putting such a question together in the ORM and planning it costs many times what answering it does
(`docs/performance.md`, `gates`). Here its text is made at the first asking and prepared (PREPARE) by each
session that asks it; PostgreSQL then keeps the plan, and makes a new one itself when tables change.

Why an old text cannot answer wrongly: it holds nothing of who asked first. People, deals and things come in
as typed parameters (`Given`); a moment in the text is refused when it is made, since "now" has to be the
database's (`Now()`), not the one at which the text was made; and its columns are named one by one, so that a
column added while sessions are open changes nothing.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from psycopg2.extensions import AsIs

from audit.prepared import prepare

_Text = Callable[[], str]
_AS_A_VALUE = str(UUID(int=0))[:-2]  # how every Given begins


class Given(UUID):
    """In a queryset, in an id's stead: the place of the question's parameter of this number (from 1)."""

    def __init__(self, number: int) -> None:
        super().__init__(int=number)


class Kept:
    """A question. `types` are PostgreSQL's names of its parameters' types, in order; `text` makes its SQL,
    with $1, $2 … for them, when it is asked for the first time, that is, when everything is connected."""

    def __init__(self, name: str, types: Sequence[str], text: _Text) -> None:
        self.name = f"kept_{name}"
        self._types = ", ".join(types)
        self._places = ", ".join(["%s"] * len(types))
        self._make = text
        self._text: str | None = None

    def ask(self, *given: UUID | int) -> list[tuple[Any, ...]]:
        """The rows. One query."""
        with connection.cursor() as cursor:  # first of all, since it may be of a new session
            prepare(cursor.connection, self.name, self._statement)
            cursor.execute(f"execute {self.name} ({self._places})", given)
            return list(cursor.fetchall())

    def _statement(self) -> str:
        if self._text is None:
            self._text = self._make()
        return f"({self._types}) as {self._text}"


def text_of(rows: "QuerySet[Any, Any]") -> str:
    """The SQL of a queryset in which `Given` stands for what changes. Raises ValueError where a moment is in
    it, and where a place became a value on the way."""
    sql, parameters = rows.query.sql_with_params()
    if moments := [one for one in parameters if isinstance(one, date | datetime | time)]:
        raise ValueError(f"{moments[0]!r} would be kept for ever: let the database say what time it is (Now)")
    places = [AsIs(f"${one.int}") if isinstance(one, Given) else one for one in parameters]
    with connection.cursor() as cursor:
        text = str(cursor.mogrify(sql, places).decode())
    if _AS_A_VALUE in text:
        raise ValueError("a place of a parameter was taken for an id")
    return text


def numbered(sql: str, names: Collection[str]) -> str:
    """SQL with named placeholders, with $1, $2 … in their stead, in the order of the names."""
    return sql % {name: f"${number}" for number, name in enumerate(names, 1)}

"""Counts over the newest entries that match: bounded, so that they cost as much in a log of millions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from audit.models import LogEntry

MOST_ENTRIES = 50_000
_COLUMNS = {
    *("actor", "on_behalf_of", "action", "object_id", "object_type", "purpose", "result"),
    *("session", "network"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """For each combination of the columns: (…, entries, first, last). `cut`: older ones were not counted."""

    rows: list[tuple[Any, ...]]
    cut: bool


def counted(found: QuerySet[LogEntry], by: Sequence[str]) -> Counts:
    """The newest MOST_ENTRIES (and one) that match, for each combination of the columns `by`."""
    columns = ", ".join(f'"{name}"' for name in by if name in _COLUMNS)
    inner, given = found.order_by("-at").values("at", *by)[: MOST_ENTRIES + 1].query.sql_with_params()
    # The columns are names of this module and the inner text is Django's own, with its values beside it.
    text = f"select {columns}, count(*), min(at), max(at) from ({inner}) as newest group by {columns}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        rows = list(cursor.fetchall())
    return Counts(rows, cut=sum(row[len(by)] for row in rows) > MOST_ENTRIES)

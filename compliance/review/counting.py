"""Counts over the newest entries that match: bounded, so that they cost as much in a log of millions."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from audit.models import LogEntry

MOST_ENTRIES = 50_000
_COLUMNS = {"actor", "action", "object_id", "object_type", "purpose", "result", "session", "network"}


def counted(found: QuerySet[LogEntry], by: Sequence[str]) -> list[tuple[Any, ...]]:
    """For each combination of the columns `by` among the newest MOST_ENTRIES: (…, entries, first, last)."""
    columns = ", ".join(f'"{name}"' for name in by if name in _COLUMNS)
    inner, given = found.order_by("-at").values("at", *by)[:MOST_ENTRIES].query.sql_with_params()
    # The columns are names of this module and the inner text is Django's own, with its values beside it.
    text = f"select {columns}, count(*), min(at), max(at) from ({inner}) as newest group by {columns}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return list(cursor.fetchall())

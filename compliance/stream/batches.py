"""What is sent next: entries in the order of the log's tree."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.models import LogEntry

MOST = 500  # entries of one batch
_INDEXES = "select index, entry, at from log.leaf where index >= %s order by index limit %s"


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries with their indexes; `after` is the index behind the last."""

    entries: list[tuple[int, LogEntry]]
    after: int


def batch(start: int, *, most: int) -> Batch | None:
    """The next entries from this index on; None where there is none.

    A leaf whose entry is gone (a month that was exported and dropped) has nothing to be sent and is passed
    over.
    """
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [start, most])
        rows = cursor.fetchall()
    if not rows:
        return None
    first, last = min(row[2] for row in rows), max(row[2] for row in rows)
    found = LogEntry.objects.filter(pk__in=[row[1] for row in rows], at__gte=first, at__lte=last)
    known = {one.pk: one for one in found}
    return Batch([(row[0], known[row[1]]) for row in rows if row[1] in known], rows[-1][0] + 1)


def size() -> int:
    """How many leaves the log has."""
    with connection.cursor() as cursor:
        cursor.execute("select index from log.leaf order by index desc limit 1")
        row = cursor.fetchone()
    return row[0] + 1 if row else 0


def waiting_since(index: int) -> datetime | None:
    """When the entry at this index was made; None where it is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("select at from log.leaf where index = %s", [index])
        row = cursor.fetchone()
    return row[0] if row else None

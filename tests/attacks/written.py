"""What a request writes: every row of every table, but for what differs whenever the same is done again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from audit.models import LogEntry

LOG = "log.entry"
# Every request may write these: a session's data are signed and dated, and once a minute it was last seen.
_OPAQUE = {"django_session", "usersessions_usersession"}
_COUNTS = "select relid::regclass::text, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_xact_user_tables"
_READABLE = "select has_table_privilege(%s, 'select')"

Column = tuple[str, str]


@dataclass(frozen=True)
class Written:
    """Of each table how many rows were added, changed and deleted; of each column the values written."""

    status: int
    counts: dict[str, tuple[int, ...]]
    values: dict[Column, Counter[str]] = field(default_factory=dict)
    body: str = ""
    named: frozenset[str] = frozenset()  # by the entries of what was done, not of what was refused

    def changes(self) -> dict[str, tuple[int, ...]]:
        """But for sessions and the log, which every request writes."""
        return {name: count for name, count in self.counts.items() if name not in {*_OPAQUE, LOG}}

    def columns(self) -> set[Column]:
        return set(self.values)

    def unlike(self, other: "Written") -> set[Column]:
        return {
            column
            for column in self.columns() | other.columns()
            if self.values.get(column) != other.values.get(column)
        }


def written_by(post: Callable[[], HttpResponse]) -> Written:
    """Does it and undoes it. Entries of reads and refusals, committed elsewhere, are counted too."""
    with transaction.atomic():
        first, started, before = _marker(), timezone.now(), _counts()
        answer = post()
        after = _counts()
        counts = {
            name: tuple(new - old for new, old in zip(after[name], before.get(name, (0, 0, 0)), strict=True))
            for name in after
            if after[name] != before.get(name) and not name.startswith("log.")
        }
        values: dict[Column, Counter[str]] = {}
        for name in counts:
            _gather(values, name, _rows(name, first))
        entries = list(LogEntry.objects.filter(at__gte=started).values())
        _gather(values, LOG, entries)
        counts[LOG] = (len(entries), 0, 0)
        transaction.set_rollback(True)
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    done = [entry for entry in entries if entry["result"] != "refused"]
    named = {str(one) for entry in done for one in (entry["object_id"], entry["deal"], *entry["subjects"])}
    return Written(answer.status_code, counts, values, body, frozenset(named))


def _gather(values: dict[Column, Counter[str]], name: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for column, value in row.items():
            if (name, column) == (LOG, "leaf"):
                continue  # holds the time, in as many digits as it takes; what else it holds, columns say
            text = f"{len(value)} bytes" if isinstance(value, bytes | memoryview) else str(value)
            values.setdefault((name, column), Counter())[text] += 1


def _marker() -> int:
    """The transaction id below which every row is older than the savepoint that one is in."""
    Session.objects.create(session_key="marker", session_data="", expire_date=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("select xmin::text::bigint from django_session where session_key = 'marker'")
        (first,) = cursor.fetchone()
    Session.objects.filter(session_key="marker").delete()
    return int(first)


def _counts() -> dict[str, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        return {name: tuple(counts) for name, *counts in cursor.fetchall()}


def _rows(name: str, first: int) -> list[dict[str, Any]]:
    """Those of the keyring can be read by nobody here: they are counted alone."""
    with connection.cursor() as cursor:
        cursor.execute(_READABLE, [name])
        if name in _OPAQUE or not cursor.fetchone()[0]:
            return []
        cursor.execute(f"select * from {name} where xmin::text::bigint >= %s", [first])
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

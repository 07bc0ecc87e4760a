"""The months of the log as they stand: in the database, or gone with their bundle."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from audit.dropped import Dropped, dropped_months
from audit.verify import count_differing
from compliance.logretention.models import ONE, Keeps, LogMonth
from compliance.logretention.policy import Policy

_NAME = re.compile(r"entry_(\d{4})(\d{2})\Z")
_PARTITIONS = """
select c.relname, pg_total_relation_size(c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'log.entry'::regclass order by c.relname
"""
_COUNT = "select count(*) from log.entry where at >= %s and at < %s"


@dataclass(frozen=True, slots=True)
class Kept:
    """One ground that keeps a month."""

    code: Keeps
    entries: int
    things: int

    @property
    def label(self) -> str:
        return str(ONE[self.code] if self.things == 1 else self.code.label)


@dataclass(frozen=True, slots=True)
class Month:
    """One month for a page. `row` is None before the first night; `left` where it has left."""

    month: date
    size: int
    row: LogMonth | None
    left: Dropped | None
    is_due: bool

    @property
    def last_day(self) -> date:
        return (bounds(self.month)[1] - timedelta(days=1)).date()

    @property
    def digest(self) -> str:
        return bytes(self.row.bundle).hex() if self.row and self.row.bundle else ""

    @property
    def code(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def entries(self) -> int | None:
        if self.left is not None:
            return self.left.entries
        return self.row.entries if self.row else None

    @property
    def kept(self) -> list[Kept]:
        found = (self.row.kept if self.row and not self.left else None) or {}
        return [Kept(Keeps(code), *counts) for code, counts in found.items()]

    @property
    def state(self) -> str:
        """left, ordered, amiss, young, kept, ready or waiting."""
        row = self.row
        if self.left is not None:
            return "amiss" if row and row.trouble else "left"
        if row is not None and row.ordered:
            return "ordered"
        if not self.is_due:
            return "young"
        if row is not None and row.trouble:
            return "amiss"
        if row is not None and row.kept:
            return "kept"
        return "ready" if row is not None and row.is_ready else "waiting"


def bounds(month: date) -> tuple[datetime, datetime]:
    """The first moment of the month (UTC), and that of the next."""
    begins = datetime(month.year, month.month, 1, tzinfo=UTC)
    return begins, begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)


def partitions() -> dict[date, int]:
    """The months in the database, the oldest first, and the bytes that each takes with its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        rows = cursor.fetchall()
    found = ((_NAME.match(name), size) for name, size in rows)
    return {date(int(match[1]), int(match[2]), 1): size for match, size in found if match}


def left_months() -> list[Dropped]:
    """Those that left, the oldest first."""
    connection.ensure_connection()
    return dropped_months(connection.connection)


def count(month: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, bounds(month))
        return int(cursor.fetchone()[0])


def agrees_with_leaves(month: date) -> bool:
    """Whether every entry of the month says in its columns what it says in its leaf."""
    connection.ensure_connection()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")
        return not count_differing(connection.connection, *bounds(month))


def all_months(policy: Policy, now: datetime) -> list[Month]:
    """Every month that has begun, the newest first; three queries, however many there are."""
    rows = {row.month: row for row in LogMonth.objects.select_related("ordered_by")}
    found = [Month(one.month, 0, rows.get(one.month), one, True) for one in left_months()]
    for month, size in partitions().items():
        if bounds(month)[0] <= now:
            found.append(Month(month, size, rows.get(month), None, policy.is_due(month, now)))
    return sorted(found, key=lambda one: one.month, reverse=True)


def left_between(since: datetime | None, until: datetime | None) -> list[Dropped]:
    """The months that left and of which something lies in this time."""
    found = []
    for one in left_months():
        begins, ends = bounds(one.month)
        if (since is None or since < ends) and (until is None or until > begins):
            found.append(one)
    return found

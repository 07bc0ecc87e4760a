"""The months that left the log: what is recorded of them, and whether that still holds.

Their leaves stay, so that the tree can be recomputed and every proof made before still verifies; their
entries are in the bundles. What is recorded cannot hide anything that was taken away by itself: the leaves
say how many entries a month had, and the order for it is an entry of the log, below a signed checkpoint
before the month went.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from psycopg2.extensions import connection as Connection

from audit.verify import Report

_COLUMNS = "month, entries, first_leaf, last_leaf, bundle, ordered, asked, approved, at"
_DROPPED = f"select {_COLUMNS} from log.dropped order by month"  # noqa: S608 (constants)
_BEGINS = "d.month::timestamp at time zone 'UTC'"
_ENDS = "(d.month + interval '1 month') at time zone 'UTC'"
# Of each month: entries that are there again, leaves, chain places, and what its order says now, if that is
# there.
_HELD = f"""
select d.month,
  (select count(*) from log.entry e where e.at >= {_BEGINS} and e.at < {_ENDS}),
  (select count(*) from log.leaf l where l.at >= {_BEGINS} and l.at < {_ENDS}
     and l.index between d.first_leaf and d.last_leaf),
  (select coalesce(sum(c.last - c.first + 1), 0) from log.dropped_chain c where c.month = d.month)::bigint,
  (select l.at from log.leaf l where l.entry = d.ordered limit 1),
  (select e.action = 'log.drop_order' and e.result = 'done' and e.actor = d.approved and e.fields @> array[
     'month.' || to_char(d.month, 'YYYY-MM'), 'entries-' || d.entries, 'asked.' || d.asked,
     coalesce(encode(d.bundle, 'hex'), 'empty')] from log.entry e where e.id = d.ordered)
from log.dropped d order by d.month
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A month that left. The leaves' numbers and the bundle's SHA-256 are None for one without entries."""

    month: date
    entries: int
    first_leaf: int | None
    last_leaf: int | None
    bundle: bytes | None
    ordered: UUID
    asked: UUID
    approved: UUID
    at: datetime

    @property
    def code(self) -> str:
        """The month as codes and bundles name it."""
        return f"{self.month:%Y-%m}"


def dropped_months(connection: Connection) -> list[Dropped]:
    """The oldest first. The connection is a raw one, of any login that may read the log."""
    with connection.cursor() as cursor:
        cursor.execute(_DROPPED)
        return [_made(row) for row in cursor.fetchall()]


def month_of(moment: datetime) -> date:
    """The month of the log in which this lies."""
    return moment.astimezone(UTC).date().replace(day=1)


def holds(left: Mapping[date, Dropped], at: datetime, index: int) -> bool:
    """Whether an entry of this time and leaf left with its month."""
    found = left.get(month_of(at))
    if found is None or found.first_leaf is None or found.last_leaf is None:
        return False
    return found.first_leaf <= index <= found.last_leaf


def verify_dropped(connection: Connection, report: Report) -> None:
    """Compare what is recorded of each month with what the log still says; adds what is wrong."""
    left = {one.month: one for one in dropped_months(connection)}
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(_HELD)
        rows = cursor.fetchall()
    for month, there, leaves, linked, ordered_at, as_ordered in rows:
        one = left[month]
        report.months += 1
        report.archived += one.entries
        for what in _wrong(one, there, leaves, linked):
            _add(report, one, what)
        # An order whose own month has left since is among that month's entries, which its bundle proves.
        is_archived = ordered_at is not None and month_of(ordered_at) in left
        if as_ordered is not True and not (as_ordered is None and is_archived):
            _add(report, one, _("no order in the log says that %(month)s was to leave") % {"month": one.code})


def _wrong(one: Dropped, there: int, leaves: int, linked: int) -> list[str]:
    told = {"month": one.code, "count": there, "leaves": leaves, "entries": one.entries}
    found = []
    if there:
        found.append(_("%(month)s has left the log, but %(count)d of its entries are there") % told)
    if leaves != one.entries or linked != one.entries:
        found.append(
            _("%(month)s left with %(entries)d entries, but the tree has %(leaves)d leaves of it") % told
            if leaves != one.entries
            else _("what %(month)s held of the chains is not what left") % told
        )
    return found


def _add(report: Report, one: Dropped, what: str) -> None:
    report.add(what, entry="", writer="", seq=one.first_leaf or 0)


def _made(row: tuple[Any, ...]) -> Dropped:
    month, entries, first, last, bundle, ordered, asked, approved, at = row
    digest = None if bundle is None else bytes(bundle)
    return Dropped(month, entries, first, last, digest, _uuid(ordered), _uuid(asked), _uuid(approved), at)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)

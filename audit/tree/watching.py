"""Whether the tree keeps up with the log, who holds it up, and whether both say the same.

An entry waits while a transaction that began to write before it is still open, anywhere in the cluster:
`log.holders` names it. A sequencer that does not run leaves entries waiting, too, and nobody to name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

STALLED = timedelta(seconds=30)
NEVER_BEGUN = timedelta(hours=1)  # a house whose first entries wait for a sequencer's first start
NAMED = 20  # entries that a comparison names

# Scalar subqueries, so that the index on xact is entered at the head's place and read from there.
_OLDEST_WAITING = """
with last as (select * from log.head order by size desc limit 1)
(select at, true from log.entry
 where xact >= (select case when epoch = (select number from log.epoch) then xact else '0' end from last)
   and (epoch, xact, at, id) > (select epoch, xact, entry_at, entry from last)
 order by xact limit 1)
union all
(select at, false from log.entry where not exists (select from last) order by at limit 1)
"""
_HOLDERS = "select xact::text::bigint, pid, login, database, since from log.holders()"
# Both sides as of one snapshot. An entry at or before the last head's place was seen by a round. A leaf whose
# month left the log has rightly no entry, as long as there are as many as were recorded when it left.
_COMPARED = """
with last as (select * from log.head order by size desc limit 1), missing as (
    select e.id from last l join log.entry e
      on (e.epoch, e.xact, e.at, e.id) <= (l.epoch, l.xact, l.entry_at, l.entry)
    where not exists (select from log.leaf f where f.entry = e.id)
), leaves as (
    select f.entry, f.index, d.month from log.leaf f left join log.dropped d
      on d.month = date_trunc('month', f.at at time zone 'UTC')::date
      and f.index between d.first_leaf and d.last_leaf
    where not exists (select from log.entry e where e.id = f.entry and e.at = f.at)
), strange as (
    select entry, index from leaves where month is null
), miscounted as (
    select abs(d.entries - (select count(*) from leaves l where l.month = d.month)) as by from log.dropped d
)
select (select count(*) from log.leaf), (select count(*) from missing),
  (select count(*) from strange) + (select coalesce(sum(by), 0) from miscounted)::bigint,
  array(select id from missing order by id limit %(named)s),
  array(select entry from strange order by index limit %(named)s)
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """An open transaction that entries wait for. `pid` is None for a prepared one; `since` is None where the
    log's owner may not see it (config/database/roles.sql)."""

    xact: int
    pid: int | None
    login: str
    database: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Stall:
    """Entries wait since `since`; no holders: no sequencer runs, or its rounds fail."""

    since: datetime
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many leaves there are, entries without one, leaves without an entry, and the first of both."""

    leaves: int
    missing: int
    strange: int
    named_missing: tuple[UUID, ...]
    named_strange: tuple[UUID, ...]

    @property
    def differ(self) -> int:
        return self.missing + self.strange


def stall() -> Stall | None:
    """What stands still for STALLED or longer; None while the tree keeps up."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_WAITING)
        for since, begun in cursor.fetchall():
            if since <= timezone.now() - (STALLED if begun else NEVER_BEGUN):
                return Stall(since, holders())
    return None


def holders() -> tuple[Holder, ...]:
    """The transactions that entries wait for now, at most one with the prepared ones of the same number."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS)
        return tuple(Holder(*row) for row in cursor.fetchall())


def compare() -> Comparison:
    """Look for entries that a round overlooked and for leaves of no entry, in the whole log."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(_COMPARED, {"named": NAMED})
        [(leaves, missing, strange, named_missing, named_strange)] = cursor.fetchall()
    return Comparison(leaves, missing, strange, tuple(named_missing), tuple(named_strange))

"""The months that left the log: what is recorded of them, and whether that still holds.

Their leaves stay, so that the tree can be recomputed and every proof made before still verifies; their
entries are in the bundles. What is recorded cannot hide anything that was taken away by itself: the order
names how many entries leave and which leaves they have. It is an entry of the log, below a signed checkpoint
before the month went, and its bytes are kept beside what they ordered: the tree proves them also when the
order's own month has left.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from struct import pack
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from psycopg2.extensions import connection as Connection

from audit.merkle.hashing import leaf_hash
from audit.verify import Report

_COLUMNS = "month, entries, first_leaf, last_leaf, bundle, ordered, asked, approved, at, said"
_DROPPED = f"select {_COLUMNS} from log.dropped order by month"  # noqa: S608 (constants)
_BEGINS = "d.month::timestamp at time zone 'UTC'"
_ENDS = "(d.month + interval '1 month') at time zone 'UTC'"
# Of each month: entries that are there again, leaves, chain places, which leaves (as log.leaves_digest has
# it), and the hash that the tree has of its order.
_HELD = f"""
with own as (
  select d.month, l.index, l.index - row_number() over (partition by d.month order by l.index) as run
  from log.dropped d join log.leaf l on l.at >= {_BEGINS} and l.at < {_ENDS}
    and l.index between d.first_leaf and d.last_leaf
), runs as (
  select month, min(index) as first, max(index) as last from own group by month, run
)
select d.month,
  (select count(*) from log.entry e where e.at >= {_BEGINS} and e.at < {_ENDS}),
  (select coalesce(sum(r.last - r.first + 1), 0) from runs r where r.month = d.month)::bigint,
  (select coalesce(sum(c.last - c.first + 1), 0) from log.dropped_chain c where c.month = d.month)::bigint,
  (select left(encode(sha256(coalesce(string_agg(int8send(r.first) || int8send(r.last), ''::bytea
     order by r.first), ''::bytea)), 'hex'), 56) from runs r where r.month = d.month),
  (select l.hash from log.leaf l where l.entry = d.ordered limit 1)
from log.dropped d order by d.month
"""  # noqa: S608 (constants)
_LEAVES = "leaves-"  # begins the code that names them in an order; those of before it have none


@dataclass(frozen=True, slots=True)
class Dropped:
    """A month that left. The leaves' numbers and the bundle's SHA-256 are None for one without entries;
    `said` is the order's leaf, None where it was not kept.
    """

    month: date
    entries: int
    first_leaf: int | None
    last_leaf: int | None
    bundle: bytes | None
    ordered: UUID
    asked: UUID
    approved: UUID
    at: datetime
    said: bytes | None

    @property
    def code(self) -> str:
        """The month as codes and bundles name it."""
        return f"{self.month:%Y-%m}"

    @property
    def names_leaves(self) -> bool:
        """Whether its order named its leaves: then its bundle holds exactly those. One of before went on from
        where that of the month before ended."""
        return self.said is not None and _LEAVES.encode() in self.said


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


def holder(left: Sequence[Dropped], at: datetime, index: int) -> Dropped | None:
    """The month in whose bundle the text of an entry of this time and leaf is; None where it did not
    leave."""
    by_month = {one.month: one for one in left}
    if not holds(by_month, at, index):
        return None
    own = by_month[month_of(at)]
    if own.names_leaves:
        return own
    former = [
        one for one in left if not one.names_leaves and one.last_leaf is not None and one.last_leaf >= index
    ]
    return min(former, key=lambda one: one.month)


def bundle_name(code: str) -> str:
    """The file that holds the entries of a month once it has left."""
    return f"sealroom-log-{code}.zip"


def leaves_code(runs: Iterable[tuple[int, int]]) -> str:
    """How an order names the leaves of a month: by each run's first and the one behind its last, as
    log.leaves_digest has it."""
    packed = b"".join(pack(">qq", first, past - 1) for first, past in runs)
    return f"{_LEAVES}{sha256(packed).hexdigest()[:56]}"  # a code has 64 characters at most


def verify_dropped(connection: Connection, report: Report) -> None:
    """Compare what is recorded of each month with what the log still says; adds what is wrong."""
    left = {one.month: one for one in dropped_months(connection)}
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(_HELD)
        rows = cursor.fetchall()
    for month, there, leaves, linked, which, order_hash in rows:
        one = left[month]
        report.months += 1
        report.archived += one.entries
        for what in _wrong(one, there, leaves, linked):
            _add(report, one, what)
        ordered = _codes_of_order(one, None if order_hash is None else bytes(order_hash))
        named = next((code for code in ordered if code.startswith(_LEAVES)), None)
        if not _orders(one, ordered):
            _add(report, one, _("no order in the log says that %(month)s was to leave") % {"month": one.code})
        elif leaves == one.entries and named not in (None, f"{_LEAVES}{which}"):
            _add(report, one, _("other entries than those ordered left with %(month)s") % {"month": one.code})


def _codes_of_order(one: Dropped, hashed: bytes | None) -> frozenset[str]:
    """What the order says, if it is one by whoever is said to have approved and the tree holds it so."""
    if one.said is None or hashed is None or leaf_hash(one.said) != hashed:
        return frozenset()
    try:
        told = json.loads(one.said)
        facts = told["id"], told["action"], told["result"], told["actor"]
        codes = frozenset(map(str, told["fields"]))
    except (ValueError, KeyError, TypeError):
        return frozenset()
    expected = str(one.ordered), "log.drop_order", "done", str(one.approved)
    return codes if facts == expected else frozenset()


def _orders(one: Dropped, codes: frozenset[str]) -> bool:
    digest = "empty" if one.bundle is None else one.bundle.hex()
    return codes >= {f"month.{one.code}", f"entries-{one.entries}", f"asked.{one.asked}", digest}


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
    month, entries, first, last, bundle, ordered, asked, approved, at, said = row
    digest, told = (None if one is None else bytes(one) for one in (bundle, said))
    return Dropped(
        month, entries, first, last, digest, _uuid(ordered), _uuid(asked), _uuid(approved), at, told
    )


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)

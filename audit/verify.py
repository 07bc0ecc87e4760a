"""Recomputing the log: every link, every leaf against its columns, and the ends against the heads.

One pass in the order of the chains, through a cursor on the server: memory does not grow with the log.
The heads must be read before the pass begins, and a head is noted after its commit: so a head without its
entry always means that the entry was taken away.

What a pass without the signed tree cannot tell: entries that a superuser put in with a whole chain of
their own (counted as `unvouched`, like those of a process killed within the second), and what a superuser
changed who could write the heads too.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from heapq import merge
from typing import Any

from django.utils.translation import gettext as _
from psycopg2.extensions import connection as Connection

from audit.entry import VERSION, leaf
from audit.heads import Head
from audit.rows import COLUMNS
from audit.state import missing_triggers

GENESIS = sha256(b"sealroom log chain 1").digest()
MAX_PROBLEMS = 20
_FETCH = 2000  # rows

_TYPES = {"subjects": "text[]", "fields": "text[]", "keys": "bigint[]", "detail_key": "bigint"}
# What a link covers beside the leaf, in PostgreSQL's own binary forms: big-endian integers, and for `at` the
# microseconds since 2000-01-01.
_PLACE = (
    "uuid_send(writer) || int8send(seq) || int4send(epoch) || xid8send(xact) || timestamptz_send(at)"
    " || uuid_send(id)"
)
_SELECT = f"""
select writer::text, seq, link, {_PLACE}, leaf, detail,
    {", ".join(f"{name}::{_TYPES.get(name, 'text')}" for name in COLUMNS)}
from log.entry order by writer, seq
"""  # noqa: S608 (constants)
# What months that left the log held of the chains: entries `first` to `last`, the last one's link, and the
# one to which the first is linked.
_LEFT = "select writer::text, first, link, last, before from log.dropped_chain order by writer, first"
_OF_LEFT = 2  # columns behind the link
_COMPARED = f"""
select leaf, detail, {", ".join(f"{name}::{_TYPES.get(name, 'text')}" for name in COLUMNS)}
from log.entry where at >= %s and at < %s
"""  # noqa: S608 (constants)
_TIME = re.compile(rb'"time":"([0-9T:.-]{26}Z)","v":%d}\Z' % VERSION)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words of the language in use; the entry where it shows, if any, and its place.

    A problem of the tree has no `writer`, and `seq` is the number of the leaf.
    """

    what: str
    entry: str
    writer: str
    seq: int


@dataclass(slots=True)
class Report:
    """The result of a pass. `unvouched` entries stand behind the last noted head of their chain; `leaves` and
    `roots` count those of the tree that were recomputed.
    """

    entries: int = 0
    chains: int = 0
    heads: int = 0
    unvouched: int = 0
    leaves: int = 0
    roots: int = 0
    months: int = 0
    archived: int = 0
    state: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.state or self.problems)

    def oldest_problems(self) -> list[Problem]:
        """The problems by their entries' ids, which sort by time; those without an entry last."""
        return sorted(self.problems, key=lambda problem: (not problem.entry, problem.entry))

    def add(self, what: str, *, entry: str, writer: str, seq: int) -> None:
        self.problems.append(Problem(what, entry, writer, seq))
        if (
            len(self.problems) > 50 * MAX_PROBLEMS
        ):  # the oldest are enough; a forged log must not fill the memory
            self.problems = self.oldest_problems()[: MAX_PROBLEMS + 1]


class _Chain:
    """One writer's entries, fed in their order."""

    def __init__(self, writer: str, heads: Sequence[Head], report: Report) -> None:
        self._writer = writer
        self._noted = {head.seq: head.link for head in heads}
        self._report = report
        self._seq = 0
        self._link = GENESIS

    def add(self, seq: int, link: bytes, place: bytes, data: bytes, entry: str) -> None:
        """Check the next entry's place, link and noted head."""
        if seq != self._seq + 1:
            self._problem(self._gap(seq), entry, seq)
        elif link != sha256(self._link + place + sha256(data).digest()).digest():
            what = _("the entry, or its place in the chain, was changed after it was written")
            self._problem(what, entry, seq)
        if self._noted and self._noted.get(seq, hexed := link.hex()) != hexed:
            what = _("the entry is not the one that was noted outside the database")
            self._problem(what, entry, seq)
        # Going on from the stored link names each fault once, where it is.
        self._seq, self._link = seq, link

    def go_over(self, first: int, link: bytes, last: int, before: bytes | None) -> None:
        """Go on behind the entries that left with their month, where they verified (log.note_chains)."""
        if first != self._seq + 1:
            self._problem(self._gap(first), "", first)
        elif before is not None and before != self._link:
            self._problem(
                _("what left with its month followed on another entry than this one"), "", first - 1
            )
        if self._noted.get(last, hexed := link.hex()) != hexed:
            self._problem(_("the entry is not the one that was noted outside the database"), "", last)
        self._seq, self._link = last, link

    def end(self) -> None:
        """Check that no entry was cut off the end."""
        last = max(self._noted, default=0)
        if last > self._seq:
            what = _("the end of the chain was cut: %(count)d entries were noted outside and are gone")
            self._problem(what % {"count": last - self._seq}, "", last)
        self._report.unvouched += max(0, self._seq - last)

    def _gap(self, seq: int) -> str:
        if seq <= self._seq:
            return _("a second entry claims the same place in the chain")
        return _("%(count)d entries before this one are gone") % {"count": seq - self._seq - 1}

    def _problem(self, what: str, entry: str, seq: int) -> None:
        self._report.add(what, entry=entry, writer=self._writer, seq=seq)


def verify(connection: Connection, heads: Mapping[str, Sequence[Head]]) -> Report:
    """Recompute the whole log.

    Args:
        connection: inside a transaction, any login that may read the log.
        heads: as `audit.heads.read` gives them, read before this call.
    """
    report = Report(heads=sum(map(len, heads.values())))
    with connection.cursor() as cursor:
        report.state = [
            _("%(table)s has no trigger %(name)s that always fires") % {"table": table, "name": name}
            for table, name in missing_triggers(cursor)
        ]
        cursor.execute("set local statement_timeout = 0")
    seen: set[str] = set()
    chain: _Chain | None = None
    current = None
    with connection.cursor("verify_log") as entries, connection.cursor("verify_left") as left:
        entries.itersize = left.itersize = _FETCH
        entries.execute(_SELECT)
        left.execute(_LEFT)
        rows: Iterator[tuple[Any, ...]] = merge(left, entries, key=lambda row: row[:2])
        for writer, seq, link, *more in rows:
            if writer != current:
                if chain:
                    chain.end()
                current, chain = writer, _Chain(writer, heads.get(writer, ()), report)
                seen.update({writer} & heads.keys())
                report.chains += 1
            assert chain is not None  # made at the first row
            if len(more) == _OF_LEFT:
                last, before = more
                chain.go_over(seq, bytes(link), last, None if before is None else bytes(before))
                continue
            place, stored, detail, *values = more
            report.entries += 1
            data, columns = bytes(stored), dict(zip(COLUMNS, values, strict=True))
            chain.add(seq, bytes(link), bytes(place), data, columns["id"])
            if data != _rebuilt(data, columns, detail):
                report.add(_difference(data, columns), entry=columns["id"], writer=writer, seq=seq)
    if chain:
        chain.end()
    for writer in heads.keys() - seen:
        _Chain(writer, heads[writer], report).end()
    return report


def count_differing(connection: Connection, begins: datetime, ends: datetime) -> int:
    """How many entries of this time have columns, or a sealed detail, that say other than their leaf.

    Args:
        connection: inside a transaction, any login that may read the log.
    """
    differing = 0
    with connection.cursor("differing") as rows:
        rows.itersize = _FETCH
        rows.execute(_COMPARED, [begins, ends])
        for stored, detail, *values in rows:
            data = bytes(stored)
            differing += data != _rebuilt(data, dict(zip(COLUMNS, values, strict=True)), detail)
    return differing


def _rebuilt(data: bytes, columns: Mapping[str, Any], detail: memoryview | None) -> bytes | None:
    """The leaf that these columns, the sealed detail and the leaf's own time make."""
    time = _TIME.search(data)
    if time is None:
        return None
    try:
        return leaf(columns, detail=None if detail is None else bytes(detail), time=time[1].decode())
    except ValueError:
        return None


def _difference(data: bytes, columns: Mapping[str, Any]) -> str:
    """Which columns say something else than the leaf, as far as the leaf can be read."""
    try:
        stated = json.loads(data)
        names = [name for name in COLUMNS if columns[name] != stated[name]]
    except (ValueError, KeyError, TypeError):
        return _("the leaf is not one of ours")
    if names:
        return _("the columns %(names)s differ from the leaf") % {"names": ", ".join(names)}
    return _("the sealed detail was changed")

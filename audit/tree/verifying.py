"""Recomputing the tree inside the database: leaves from the entries, tiles and roots from the leaves.

Each witness is compared with the one below it: an entry with its leaf, leaves with their tile, all of them
with the roots of the heads. So a fault is named where it lies, until somebody has rewritten all four; then
the checkpoints outside contradict the tree (`audit.checkpoints`). What stands below a head never changes, so
that rounds may go on meanwhile; each statement sees one moment.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from psycopg2.extensions import connection as Connection

from audit.dropped import dropped_months, holds
from audit.merkle.hashing import HASH_SIZE, leaf_hash, node_hash, root_of
from audit.merkle.tiles import WIDTH
from audit.verify import MAX_PROBLEMS, Report

_FETCH = 2000  # rows

_LEAVES = """
select l.index, l.entry::text, l.hash, l.at, e.leaf, e.epoch, e.xact::text::bigint, e.at, e.id::text
from log.leaf l left join log.entry e on e.id = l.entry and e.at = l.at
where l.index < %s order by l.index
"""
_HEADS = "select size, root from log.head where size <= %s order by size"
_TILE = "select data, root from log.tile where level = %s and index = %s"
_BEYOND = """
select index, entry::text from log.leaf where index >= (select coalesce(max(size), 0) from log.head)
order by index limit %(most)s
"""
_NO_TILES_YET = """
select level, index from log.tile
where index >= (select coalesce(max(size), 0) from log.head) >> (8 * (level + 1))
order by level, index limit %(most)s
"""
_MISSING = """
with last as (select * from log.head where size = %(size)s)
select e.id::text from last l join log.entry e
  on (e.epoch, e.xact, e.at, e.id) <= (l.epoch, l.xact, l.entry_at, l.entry)
where not exists (select from log.leaf f where f.entry = e.id) order by e.id limit %(most)s
"""

Leaf = tuple[int, str, bytes]  # index, entry, hash


def verify_tree(connection: Connection, report: Report) -> None:
    """Recompute the tree as far as its newest head, and add what is wrong to the report.

    Args:
        connection: inside a transaction, any login that may read the log.
    """
    _Verification(connection, report).run()


class _Verification:
    """One pass over the leaves, tile by tile, with the heads beside it."""

    def __init__(self, connection: Connection, report: Report) -> None:
        self._connection = connection
        self._report = report
        self._full: list[tuple[int, bytes]] = []  # heights and hashes of full subtrees, from the left
        self._heads: Iterator[tuple[Any, ...]] = iter(())
        self._head: tuple[Any, ...] | None = None
        self._good = 0  # leaves under the last head whose root is right
        self._after_good = ""  # the entry of the leaf that follows
        self._left = {one.month: one for one in dropped_months(connection)}
        self._is_broken = False  # what comes now has no root, or another than any head: that is said once

    def run(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")
        [(size,)] = self._rows("select coalesce(max(size), 0) from log.head")
        bounds = {"size": size, "most": 50 * MAX_PROBLEMS}
        for (entry,) in self._rows(_MISSING, bounds):
            self._add(_("the entry is not in the tree, which goes on beyond it"), entry, size)
        for index, entry in self._rows(_BEYOND, bounds):
            self._add(_("a leaf that no head covers"), entry, index)
        for level, index in self._rows(_NO_TILES_YET, bounds):
            self._add(
                _("tile %(index)d of level %(level)d is there too early") % _place(level, index), "", size
            )
        self._heads = self._stream("tree_heads", _HEADS, size)
        self._head = next(self._heads, None)
        self._upper_tiles(list(self._lower_tiles(size)))

    def _lower_tiles(self, size: int) -> Iterator[bytes]:
        """The roots of the full tiles of leaves; on the way everything but the upper tiles is compared."""
        blocks = groupby(self._leaves(size), key=lambda leaf: leaf[0] // WIDTH)
        block = next(blocks, None)
        for number in range(-(-size // WIDTH)):
            known: dict[int, Leaf] = {}
            if block is not None and block[0] == number:
                known = {leaf[0]: leaf for leaf in block[1]}
                block = next(blocks, None)
            hashes = self._block(number, min(WIDTH, size - WIDTH * number), known)
            if len(hashes) == WIDTH:
                yield root_of(hashes)

    def _leaves(self, size: int) -> Iterator[Leaf]:
        """The leaves, each compared with its entry, and its entry's place with that of the one before."""
        before: tuple[Any, ...] = ()
        for index, entry, hashed, at, data, *place in self._stream("tree_leaves", _LEAVES, size):
            self._report.leaves += 1
            if data is None and holds(self._left, at, index):
                pass  # its month left the log; how many did is compared with what was recorded then
            elif data is None:
                self._add(_("the entry is gone; the tree holds its hash"), entry, index)
            else:
                if leaf_hash(bytes(data)) != bytes(hashed):
                    self._add(_("the entry is not the one that went into the tree"), entry, index)
                if tuple(place) <= before:
                    self._add(_("the entry stands at another place than its transaction says"), entry, index)
                before = tuple(place)
            yield index, entry, bytes(hashed)

    def _block(self, number: int, width: int, known: Mapping[int, Leaf]) -> list[bytes]:
        """The hashes of a tile of leaves; the tile, the older witness, stands in for a leaf that is gone."""
        tile = self._tile(0, number) if width == WIDTH else None
        hashes: list[bytes] = []
        gone = [index for index in range(WIDTH * number, WIDTH * number + width) if index not in known]
        if gone:
            told = {"count": len(gone), "index": gone[0]}
            self._add(
                _("leaves are gone (%(count)d), the first of them number %(index)d") % told, "", gone[0]
            )
        for index in range(WIDTH * number, WIDTH * number + width):
            _index, entry, hashed = known.get(index, (index, "", None))
            witness = tile[HASH_SIZE * len(hashes) : HASH_SIZE * (len(hashes) + 1)] if tile else hashed
            if hashed is not None and hashed != witness:
                self._add(_("the leaf is not the one in its tile"), entry, index)
            self._append(index, entry, witness)
            hashes.append(witness or bytes(HASH_SIZE))
        if tile is not None:
            self._compare_root(0, number, root_of(hashes))
        return hashes

    def _append(self, index: int, entry: str, hashed: bytes | None) -> None:
        """Let the tree grow by a leaf, and compare the head of that size."""
        if index == self._good:
            self._after_good = entry
        self._is_broken |= hashed is None
        if self._is_broken or hashed is None:
            return
        height = 0
        while self._full and self._full[-1][0] == height:
            hashed = node_hash(self._full.pop()[1], hashed)
            height += 1
        self._full.append((height, hashed))
        if self._head is None or self._head[0] != index + 1:
            return
        if bytes(self._head[1]) == self._root():
            self._good = index + 1
        else:
            self._is_broken = True
            told = {"first": self._good, "last": index}
            what = _("the tree's root says otherwise: one of the leaves %(first)d to %(last)d was changed")
            self._add(what % told, self._after_good, self._good)
        self._report.roots += 1
        self._head = next(self._heads, None)

    def _root(self) -> bytes:
        root = self._full[-1][1]
        for _height, left in reversed(self._full[:-1]):
            root = node_hash(left, root)
        return root

    def _upper_tiles(self, hashes: list[bytes]) -> None:
        """Compare the tiles of tiles."""
        level = 1
        while len(hashes) >= WIDTH:
            above = []
            for number in range(len(hashes) // WIDTH):
                part = hashes[WIDTH * number : WIDTH * (number + 1)]
                tile = self._tile(level, number)
                if tile is not None and tile != b"".join(part):
                    self._add(_("tile %(index)d of level %(level)d is wrong") % _place(level, number), "", 0)
                above.append(root_of(part))
                self._compare_root(level, number, above[-1])
            hashes, level = above, level + 1

    def _tile(self, level: int, number: int) -> bytes | None:
        for data, _root in self._rows(_TILE, (level, number)):
            return bytes(data)
        self._add(_("tile %(index)d of level %(level)d is gone") % _place(level, number), "", 0)
        return None

    def _compare_root(self, level: int, number: int, root: bytes) -> None:
        for _data, stored in self._rows(_TILE, (level, number)):
            if bytes(stored) != root:
                what = _("tile %(index)d of level %(level)d has another root than its hashes")
                self._add(what % _place(level, number), "", 0)

    def _stream(self, name: str, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Rows through a cursor on the server, so that memory does not grow with the log."""
        with self._connection.cursor(name) as cursor:
            cursor.itersize = _FETCH
            cursor.execute(sql, values)
            yield from cursor

    def _rows(self, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    def _add(self, what: str, entry: str, index: int) -> None:
        self._report.add(what, entry=entry, writer="", seq=index)


def _place(level: int, index: int) -> dict[str, int]:
    return {"level": level, "index": index}

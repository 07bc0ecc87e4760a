"""Reading the tree from the database. Any login of ours may; nothing here writes.

What is not in the tree raises `LookupError`: asking for a larger tree than there is, for one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.merkle import proofs
from audit.merkle.hashing import HASH_SIZE, root_of
from audit.merkle.tiles import TILE_HEIGHT, WIDTH, width_at


@dataclass(frozen=True, slots=True)
class Head:
    """The tree after a round: how many leaves, their root, when, and the place of the last entry."""

    size: int
    root: bytes
    at: datetime
    epoch: int
    xact: int
    entry: UUID
    entry_at: datetime


def head() -> Head | None:
    """The newest head; None before the first round."""
    rows = _rows(
        "select size, root, at, epoch, xact::text, entry, entry_at from log.head order by size desc limit 1"
    )
    for size, root, at, epoch, xact, entry, entry_at in rows:
        return Head(size, bytes(root), at, epoch, int(xact), entry, entry_at)
    return None


def index_of(entry: UUID) -> int | None:
    """Which leaf is the entry's; None while it is not in the tree."""
    for (index,) in _rows("select index from log.leaf where entry = %s order by index limit 1", entry):
        return int(index)
    return None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf: its number, the time of its entry, which says in which month that is or was, and its hash."""

    index: int
    at: datetime
    hash: bytes


def leaf_of(entry: UUID) -> Leaf | None:
    """The entry's leaf, which stays when the entry leaves; None while it is not in the tree."""
    for index, at, hashed in _rows(
        "select index, at, hash from log.leaf where entry = %s order by index limit 1", entry
    ):
        return Leaf(index, at, bytes(hashed))
    return None


def tile(level: int, index: int, size: int) -> bytes:
    """The tile's hashes in the tree of `size` leaves: 8,192 bytes, or fewer at the level's end.

    Raises:
        LookupError: there is none.
    """
    _require(size)
    width = width_at(level, index, size) if level >= 0 and index >= 0 else 0
    if not width:
        raise LookupError(f"a tree of {size} leaves has no tile {index} of level {level}")
    return _tile(level, index, width)


def inclusion(index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves. Raises LookupError, ValueError."""
    _require(size)
    return proofs.inclusion_proof(_Reader(size), index, size)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old`. Raises LookupError, ValueError."""
    _require(new)
    return proofs.consistency_proof(_Reader(new), old, new)


def root_at(size: int) -> bytes:
    """The root of the first `size` leaves, computed from tiles and leaves, whatever a head says."""
    _require(size)
    return proofs.root_at(_Reader(size), size)


def reader(size: int) -> proofs.Hashes:
    """Reads hashes of the tree of `size` leaves for many proofs: each tile once. Raises LookupError."""
    _require(size)
    return _Reader(size)


class _Reader:
    """Hashes of full subtrees of one tree, for `audit.merkle.proofs`; each tile is read once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        of_tile, height = divmod(level, TILE_HEIGHT)
        number, place = divmod(index << height, WIDTH)
        if (of_tile, number) not in self._tiles:
            self._tiles[of_tile, number] = _tile(of_tile, number, width_at(of_tile, number, self._size))
        data = self._tiles[of_tile, number]
        return root_of(
            data[HASH_SIZE * one : HASH_SIZE * (one + 1)] for one in range(place, place + (1 << height))
        )


def _require(size: int) -> None:
    known = head()
    if size < 1 or known is None or size > known.size:
        raise LookupError(f"there is no tree of {size} leaves")


def _tile(level: int, index: int, width: int) -> bytes:
    """Raises LookupError where the database has lost hashes of it."""
    first = WIDTH * index
    if width == WIDTH:
        rows = _rows("select data from log.tile where level = %s and index = %s", level, index)
    elif level == 0:
        rows = _rows(
            "select hash from log.leaf where index >= %s and index < %s order by index", first, first + width
        )
    else:
        rows = _rows(
            "select root from log.tile where level = %s and index >= %s and index < %s order by index",
            *(level - 1, first, first + width),
        )
    data = b"".join(bytes(value) for (value,) in rows)
    if len(data) != HASH_SIZE * width:
        raise LookupError(f"the tree has lost hashes of tile {index} of level {level}")
    return data


def _rows(sql: str, *values: int | UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

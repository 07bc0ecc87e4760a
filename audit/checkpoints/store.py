"""Signed checkpoints in the database: one for each size, for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.merkle.body import Body
from audit.merkle.notes import parsed


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`note` is the signed note as it stands in log.checkpoint; `at` is when it was stored."""

    size: int
    note: bytes
    at: datetime

    @property
    def body(self) -> Body:
        """What it says. Raises BadNote, NotABody where the row was altered."""
        return Body.parse(parsed(self.note).text)


def latest() -> Checkpoint | None:
    """The newest; None before the first."""
    found = _read("order by size desc limit 1")
    return found[0] if found else None


def at_size(size: int) -> Checkpoint | None:
    found = _read("where size = %s", size)
    return found[0] if found else None


def covering(index: int) -> Checkpoint | None:
    """The oldest whose tree has leaf `index`."""
    found = _read("where size > %s order by size limit 1", index)
    return found[0] if found else None


def after(size: int, *, most: int) -> list[Checkpoint]:
    """The oldest that are larger than `size`."""
    return _read("where size > %s order by size limit %s", size, most)


def of_sizes(sizes: Sequence[int]) -> list[Checkpoint]:
    """Those of the sizes that were signed, smallest first."""
    return _read("where size = any(%s) order by size", list(sizes))


def keep(size: int, note: bytes) -> Checkpoint:
    """Store the note of that size; returns what is stored, another's if that was there first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into log.checkpoint (size, note) values (%s, %s) on conflict do nothing",
            [size, note.decode()],
        )
    kept = at_size(size)
    assert kept is not None  # nothing removes a row of the log
    return kept


def _read(clause: str, *values: int | list[int]) -> list[Checkpoint]:
    with connection.cursor() as cursor:
        cursor.execute(f"select size, note, at from log.checkpoint {clause}", values)  # noqa: S608 (constants)
        rows: Sequence[tuple[int, str, datetime]] = cursor.fetchall()
    return [Checkpoint(size, note.encode(), at) for size, note, at in rows]

"""The keyring's doors, one function each. No SQL of the keyring stands anywhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection


class WrappedKey(NamedTuple):
    """A key as the keyring gives it out, with either `parent` (a compartment key) or `root_version`.

    Owner and compartment are UUID bytes, as the unwrapping wants them: a page may bring a thousand.
    """

    id: int
    kind: int
    owner: bytes
    compartment: bytes
    parent: int | None
    root_version: int | None
    suite: int  # what this key seals with; a key never changes its suite
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class KeyCopy:
    """What is known of one key of an owner: alive, or when its wrapped copy was destroyed."""

    owner: UUID
    key: int
    live: bool
    destroyed_at: datetime | None
    index_rows: int


@dataclass(frozen=True, slots=True)
class IndexHit:
    """A blind-index row that matched: a candidate, to be opened and compared."""

    compartment: UUID
    label: int
    token: bytes
    subject: UUID


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _call(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def release(entry: UUID, ids: Sequence[int]) -> list[WrappedKey]:
    """Those of `ids` that the fresh, committed log entry names and that are neither gone nor locked."""
    return [
        WrappedKey(row[0], row[1], bytes(row[2]), bytes(row[3]), row[4], row[5], row[6], bytes(row[7]))
        for row in _rows("select * from keyring.release(%s, %s::bigint[])", entry, list(ids))
    ]


def add(
    *,
    kind: int,
    compartment: UUID,
    parent: int | None,
    root_version: int | None,
    suite: int,
    keys: Sequence[tuple[int, UUID, bytes]],
) -> None:
    """Enter new keys of one parent, as (id, owner, wrapped).

    The database refuses them for a locked compartment or a parent of another one. The arrays go as text,
    which for ten thousand keys costs a fifth of the driver's own conversion, element by element.
    """
    _call(
        "select keyring.add(%s::smallint, %s, %s::bigint, %s::int, %s::smallint, %s::bigint[], %s::uuid[],"
        " %s::bytea[])",
        kind,
        compartment,
        parent,
        root_version,
        suite,
        _array(str(key[0]) for key in keys),
        _array(key[1].hex for key in keys),
        _array('"\\\\x' + key[2].hex() + '"' for key in keys),
    )


def _array(items: Iterable[str]) -> str:
    """The text form of an array; the items are digits, hex or already quoted."""
    return "{" + ",".join(items) + "}"


def note_root_version(version: int, provider: str) -> None:
    """Record that keys are now wrapped under this root version."""
    _call("select keyring.note_root_version(%s, %s)", version, provider)


def changes(since: int) -> list[tuple[int, int | None, UUID | None]]:
    """(number, destroyed key, locked compartment) of every change after number `since`, in commit order."""
    return [(row[0], row[1], row[2]) for row in _rows("select * from keyring.changes(%s)", since)]


def index_write(
    compartment: UUID, *, replaced: Sequence[UUID], rows: Sequence[tuple[UUID, int, bytes]]
) -> None:
    """Drop the index rows of `replaced` subjects and enter `rows` of (subject, label, token)."""
    _call(
        "select keyring.index_write(%s, %s::uuid[], %s::uuid[], %s::smallint[], %s::bytea[])",
        compartment,
        list(replaced),
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
    )


def index_find(entry: UUID, queries: Sequence[tuple[UUID, int, bytes]]) -> list[IndexHit]:
    """Rows that match any (compartment, label, token); needs a fresh, committed entry of the search."""
    return [
        IndexHit(row[0], row[1], bytes(row[2]), row[3])
        for row in _rows(
            "select * from keyring.index_find(%s, %s::uuid[], %s::smallint[], %s::bytea[])",
            entry,
            [query[0] for query in queries],
            [query[1] for query in queries],
            [query[2] for query in queries],
        )
    ]


def copies(owners: Sequence[UUID]) -> list[KeyCopy]:
    """Every key that these owners have or had, for the destruction certificate."""
    return [KeyCopy(*row) for row in _rows("select * from keyring.copies(%s::uuid[])", list(owners))]


def destroy(order: UUID, owners: Sequence[UUID]) -> tuple[int, int]:
    """Destroy the owners' keys and index rows; (keys, index rows) gone. Worker login only."""
    row = _rows("select * from keyring.destroy(%s, %s::uuid[])", order, list(owners))[0]
    return row[0], row[1]

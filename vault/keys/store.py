"""The keyring's doors of every day, one function each.

SQL of the keyring stands here, in `rotation_store` (what the worker may do by order of a rotation) and in
`inventory` (what there is, without any key), and nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

UNIQUE_BYTES = 16


class WrappedGeneration(NamedTuple):
    """A compartment's key as the keyring gives it out; it is named by its `handle` in every generation."""

    id: int
    handle: int
    retired: bool  # a generation that nothing new may hang from
    compartment: UUID
    root_version: int
    wrapped: bytes


class Hanging(NamedTuple):
    """The keys that hang from one generation, `packed` as vault.crypto.keywrap.PACKED says."""

    compartment: UUID
    parent: int
    packed: bytes


class Released(NamedTuple):
    """What the keyring gave out in one statement: generations, and what hangs from them, fit together."""

    generations: list[WrappedGeneration]
    hanging: list[Hanging]


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
    """Who has a 128-bit token that was asked for."""

    compartment: UUID
    label: int
    token: bytes
    subject: UUID


def rows_of(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a door answers. For the three modules that hold the keyring's SQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _call(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def release(entry: UUID, ids: Sequence[int]) -> Released:
    """Those of `ids` that the fresh, committed log entry names and that are neither gone nor locked."""
    released = Released([], [])
    for key_id, handle, retired, compartment, parent, root_version, wrapped in rows_of(
        "select * from keyring.release(%s, %s::bigint[])", entry, _array(map(str, ids))
    ):
        if parent is None:
            released.generations.append(
                WrappedGeneration(key_id, handle, retired, compartment, root_version, bytes(wrapped))
            )
        else:
            released.hanging.append(Hanging(compartment, parent, bytes(wrapped)))
    return released


def add(
    *,
    kind: int,
    compartment: UUID,
    parent: int | None,
    root_version: int | None,
    suite: int,
    keys: Sequence[tuple[int, UUID, bytes]],
) -> bool:
    """Enter new keys of one parent, as (id, owner, wrapped); False, and none entered, where the parent or the
    root version is no longer in force.

    The database refuses them for a locked compartment or a parent of another one. The arrays go as text,
    which for ten thousand keys costs a fifth of the driver's own conversion, element by element.
    """
    [[added]] = rows_of(
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
    return bool(added)


def _array(items: Iterable[str]) -> str:
    """The text form of an array; the items are digits, hex or already quoted."""
    return "{" + ",".join(items) + "}"


def root_in_force() -> int | None:
    """The root version that new compartment keys are wrapped under; None before the first."""
    version: int | None = rows_of("select keyring.root_in_force()")[0][0]
    return version


def note_root_version(version: int, provider: str) -> None:
    """Record the house's first root version; nothing once there is one."""
    _call("select keyring.note_root_version(%s, %s)", version, provider)


def reserve_seals(counts: Mapping[int, int]) -> dict[int, bool]:
    """Count that many more seals under each key: key id → whether it may. Unknown keys are left out."""
    rows = rows_of(
        "select * from keyring.reserve_seals(%s::bigint[], %s::bigint[])", list(counts), list(counts.values())
    )
    return {row[0]: row[1] for row in rows}


def last_change() -> int:
    """The number of the latest change."""
    number: int = rows_of("select keyring.last_change()")[0][0]
    return number


def changes(since: int) -> list[tuple[int, int | None, UUID | None]]:
    """(number, destroyed key, locked compartment) of every change after number `since`, in commit order."""
    return [(row[0], row[1], row[2]) for row in rows_of("select * from keyring.changes(%s)", since)]


def index_write(
    entry: UUID, compartment: UUID, *, replaced: Sequence[UUID], rows: Iterable[tuple[UUID, int, bytes]]
) -> None:
    """Drop the tokens of `replaced` subjects and enter `rows` of (subject, signed label, token).

    All tokens of a subject come together, of each generation of index keys that is live. `entry` is that of
    the access for which the index keys were released; it names who is replaced.

    Raises django.db.OperationalError when a rotation of the index keys began meanwhile: read them again.
    """
    subjects: list[str] = []
    tokens: list[str] = []
    unique: list[tuple[UUID, int, bytes]] = []
    place = _place(compartment)
    for subject, of_subject in groupby(rows, key=itemgetter(0)):
        mine: list[int] = []
        for row in of_subject:
            if len(row[2]) == UNIQUE_BYTES:
                unique.append(row)
            else:
                mine.append(_packed(place, row[1], row[2]))
        if mine:
            subjects.append(subject.hex)
            tokens.append('"{' + ",".join(map(str, mine)) + '}"')
    _call(
        "select keyring.index_write(%s, %s, %s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[],"
        " %s::boolean[])",
        entry,
        compartment,
        list(replaced),
        _array(subjects),
        _array(tokens),
        _array(row[0].hex for row in unique),
        _array(row[2].hex() for row in unique),
        _array("t" if row[1] < 0 else "f" for row in unique),
    )


def _place(compartment: UUID) -> int:
    return compartment.int >> 96 << 24


def _packed(place: int, label: int, token: bytes) -> int:
    """A token as the index holds it: generation's sign ‖ label 7 bits ‖ compartment's first 32 ‖ token 24."""
    packed = abs(label) << 56 | place | int.from_bytes(token)
    return -packed if label < 0 else packed


def index_find(entry: UUID, queries: Sequence[tuple[UUID, int, bytes]]) -> list[IndexHit]:
    """Who has any of these 128-bit (compartment, label, token); needs a fresh, committed entry."""
    label_of = {(compartment, token): label for compartment, label, token in queries}
    rows = rows_of(
        "select * from keyring.index_find(%s, %s::uuid[], %s::uuid[])",
        entry,
        _array(query[0].hex for query in queries),
        _array(query[2].hex() for query in queries),
    )
    return [
        IndexHit(compartment, label_of[compartment, token.bytes], token.bytes, subject)
        for compartment, token, subject in rows
    ]


def index_search(
    entry: UUID, sought: Sequence[tuple[UUID, Sequence[tuple[int, bytes]]]], *, most: int
) -> list[UUID]:
    """At most `most` subjects that have all tokens of one of the (compartment, tokens) sought: candidates.

    Needs a fresh, committed entry of the search.
    """
    rows = rows_of(
        "select * from keyring.index_search(%s, %s::uuid[], %s::text[], %s)",
        entry,
        _array(compartment.hex for compartment, _ in sought),
        _array(
            '"{' + ",".join(str(_packed(_place(compartment), *token)) for token in tokens) + '}"'
            for compartment, tokens in sought
        ),
        most,
    )
    return [row[0] for row in rows]


def index_filled(subjects: Sequence[UUID], *, odd: bool) -> set[UUID]:
    """Those of the subjects that have tokens of that generation already."""
    rows = rows_of("select * from keyring.index_filled(%s, %s::uuid[])", odd, list(subjects))
    return {row[0] for row in rows}


def index_begin(order: UUID, compartment: UUID) -> None:
    """From the commit of this on, tokens are written in both generations of index keys."""
    _call("select keyring.index_begin(%s, %s)", order, compartment)


def index_switch(order: UUID, compartment: UUID) -> None:
    """The generation that was filled is in force from the commit of this on."""
    _call("select keyring.index_switch(%s, %s)", order, compartment)


def index_retire(order: UUID, compartment: UUID, keys: Sequence[int]) -> int:
    """Destroy index keys that are out of force and named by the order; how many. Worker login only."""
    row = rows_of("select keyring.index_retire(%s, %s, %s::bigint[])", order, compartment, list(keys))[0]
    return int(row[0])


def index_sweep(compartment: UUID, subjects: Sequence[UUID]) -> int:
    """Remove the tokens whose keys are out of force from these subjects' entries; how many entries."""
    return int(rows_of("select keyring.index_sweep(%s, %s::uuid[])", compartment, list(subjects))[0][0])


def copies(owners: Sequence[UUID]) -> list[KeyCopy]:
    """Every key that these owners have or had, for the destruction certificate."""
    return [KeyCopy(*row) for row in rows_of("select * from keyring.copies(%s::uuid[])", list(owners))]


def destroy(order: UUID, owners: Sequence[UUID]) -> tuple[int, int]:
    """Destroy the owners' keys and index rows; (keys, index rows) gone. Worker login only."""
    row = rows_of("select * from keyring.destroy(%s, %s::uuid[])", order, list(owners))[0]
    return row[0], row[1]


def supersede(order: UUID, pairs: Sequence[tuple[int, int]]) -> None:
    """Say which key of a subject succeeds which, as (older, newer). Worker login only."""
    _call(
        "select keyring.supersede(%s, %s::bigint[], %s::bigint[])",
        order,
        [older for older, _ in pairs],
        [newer for _, newer in pairs],
    )

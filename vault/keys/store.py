"""The keyring's doors of every day, one function each.

SQL of the keyring stands here, in `rotation_store` (what the worker may do by order of a rotation) and in
`inventory` (what there is, without any key), and nowhere else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection


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


class IndexRow(NamedTuple):
    """What the index holds of one subject, in the text forms that the doors take; made without a database."""

    subject: str
    packed: str  # the shorter tokens, as one quoted array; empty without any
    unique: list[str]  # the 128-bit ones, in hex
    odd: list[str]  # of those, by generation: t or f


class IndexEntries(NamedTuple):
    """The rows of many subjects, as the arrays that the door takes."""

    subjects: str
    tokens: str
    unique_subjects: str
    unique_tokens: str
    unique_odd: str


class NewKeys(NamedTuple):
    """Keys to be entered, as the arrays that the door takes: as text, which for ten thousand of them costs a
    fifth of the driver's own conversion, element by element."""

    ids: str
    owners: str
    wrapped: str


def rows_of(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a door answers. For the three modules that hold the keyring's SQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _call(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def release(entries: Sequence[UUID], held: Iterable[int] = ()) -> Released:
    """What the fresh, committed ones of these log entries name, but for what is gone, locked or in `held`."""
    released = Released([], [])
    for key_id, handle, retired, compartment, parent, root_version, wrapped in rows_of(
        "select * from keyring.release(%s::uuid[], %s::bigint[])",
        _array(entry.hex for entry in entries),
        _array(map(str, held)),
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
    keys: NewKeys,
) -> bool:
    """Enter new keys of one parent; False, and none entered, where the parent or the root version is no
    longer in force.

    The database refuses them for a locked compartment or a parent of another one.
    """
    [[added]] = rows_of(
        "select keyring.add(%s::smallint, %s, %s::bigint, %s::int, %s::smallint, %s::bigint[], %s::uuid[],"
        " %s::bytea[])",
        kind,
        compartment,
        parent,
        root_version,
        suite,
        *keys,
    )
    return bool(added)


def new_keys(keys: Sequence[tuple[int, UUID, bytes]]) -> NewKeys:
    """From (id, owner, wrapped) of each."""
    return NewKeys(
        _array([str(key[0]) for key in keys]),
        _array([key[1].hex for key in keys]),
        _array(['"\\\\x' + key[2].hex() + '"' for key in keys]),
    )


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


def index_row(subject: UUID, packed: Sequence[str], unique: list[str], odd: list[str]) -> IndexRow:
    """All tokens of a subject, of each live generation of index keys; `packed` are made by `packed_base`."""
    return IndexRow(subject.hex, '"{' + ",".join(packed) + '}"' if packed else "", unique, odd)


def index_entries(rows: Sequence[IndexRow]) -> IndexEntries:
    """What `index_write` enters, one row for each subject."""
    with_tokens = [row for row in rows if row.packed]
    return IndexEntries(
        _array([row.subject for row in with_tokens]),
        _array([row.packed for row in with_tokens]),
        _array([row.subject for row in rows for _ in row.unique]),
        _array(chain.from_iterable([row.unique for row in rows])),
        _array(chain.from_iterable([row.odd for row in rows])),
    )


def index_write(entry: UUID, compartment: UUID, *, replaced: Sequence[UUID], entries: IndexEntries) -> None:
    """Drop the tokens of `replaced` subjects and enter `entries`.

    `entry` is that of the access for which the index keys were released; it names who is replaced.

    Raises django.db.OperationalError when a rotation of the index keys began meanwhile: read them again.
    """
    _call(
        "select keyring.index_write(%s, %s, %s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[],"
        " %s::boolean[])",
        entry,
        compartment,
        list(replaced),
        *entries,
    )


def index_settle() -> int:
    """Enter the tokens that long lists left beside the index; gives their pages."""
    pages: int = rows_of("select keyring.index_settle()")[0][0]
    return pages


def packed_base(compartment: UUID, label: int) -> int:
    """What the index's numbers of one label begin with; a token of up to 24 bits is added to it.

    The index holds generation's sign ‖ label 7 bits ‖ compartment's first 32 ‖ token 24: numbers of an odd
    generation of keys are negative.
    """
    return label << 56 | compartment.int >> 96 << 24


def _packed(compartment: UUID, label: int, token: bytes) -> int:
    """A token as the index holds it; `label` is negative for an odd generation of keys."""
    packed = packed_base(compartment, abs(label)) | int.from_bytes(token)
    return -packed if label < 0 else packed


def index_find(entry: UUID, compartment: UUID, tokens: Collection[str]) -> dict[str, UUID]:
    """Who of a compartment has any of these 128-bit tokens, in hex; needs a fresh, committed entry."""
    rows = rows_of(
        "select token, subject from keyring.index_find(%s, %s::uuid[], %s::uuid[])",
        entry,
        _array(repeat(compartment.hex, len(tokens))),
        _array(tokens),
    )
    return {token.hex: subject for token, subject in rows}


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
            '"{' + ",".join(str(_packed(compartment, *token)) for token in tokens) + '}"'
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


def detail_key(subject: UUID) -> int | None:
    """The key of this month's words about the subject, where there is one."""
    key: int | None = rows_of("select keyring.detail_key(%s)", subject)[0][0]
    return key


def detail_add(key: int, subject: UUID) -> int:
    """Declare a key that was just entered to be that of this month's words; gives the one that is."""
    return int(rows_of("select keyring.detail_add(%s, %s)", key, subject)[0][0])


def details_in(month: date) -> int:
    """How many keys of words of that month there are."""
    return int(rows_of("select keyring.details_in(%s)", month)[0][0])


def shred(order: UUID, month: date) -> int:
    """Destroy the keys of a month's words; how many. Worker login only."""
    return int(rows_of("select keyring.shred(%s, %s)", order, month)[0][0])


def supersede(order: UUID, pairs: Sequence[tuple[int, int]]) -> None:
    """Say which key of a subject succeeds which, as (older, newer). Worker login only."""
    _call(
        "select keyring.supersede(%s, %s::bigint[], %s::bigint[])",
        order,
        [older for older, _ in pairs],
        [newer for _, newer in pairs],
    )

"""The keyring's doors of a rotation: the worker's login alone, each for a committed order (`keys.rotate`)."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from psycopg2 import Binary

from vault.keys.store import rows_of


class Generation(NamedTuple):
    """A generation of a compartment's key, as it is wrapped."""

    compartment: UUID
    id: int
    retired: bool
    root_version: int
    wrapped: bytes


def begin_epoch(order: UUID, version: int, provider: str) -> None:
    """Put a root version in force and retire the one before. A second time changes nothing."""
    rows_of("select keyring.begin_epoch(%s, %s, %s)", order, version, provider)


def renew(order: UUID, root: int, keys: Sequence[tuple[UUID, int, bytes]]) -> int:
    """Give compartments a new generation, as (compartment, id, wrapped under `root`), and retire the old; how
    many got one: those that have one under `root` already keep it."""
    compartments, ids, wrapped = ([key[part] for key in keys] for part in range(3))
    renewed: int = rows_of(
        "select keyring.renew(%s, %s::uuid[], %s::bigint[], %s, %s::bytea[])",
        order,
        compartments,
        ids,
        root,
        [Binary(one) for one in wrapped],
    )[0][0]
    return renewed


def rotating(orders: Sequence[UUID]) -> list[Generation]:
    """Both generations of each compartment that these orders renewed and that is not finished."""
    return [
        Generation(row[0], row[1], row[2], row[3], bytes(row[4]))
        for row in rows_of("select * from keyring.rotating(%s::uuid[])", list(orders))
    ]


def blocks() -> int:
    """How many blocks the table of keys has."""
    count: int = rows_of("select keyring.blocks()")[0][0]
    return count


def to_rewrap(orders: Sequence[UUID], first_block: int, end_block: int) -> list[tuple[int, bytes]]:
    """In these blocks, what still hangs from retired generations: (parent, its keys, packed)."""
    found = rows_of(
        "select * from keyring.to_rewrap(%s::uuid[], %s, %s)", list(orders), first_block, end_block
    )
    return [(row[0], bytes(row[1])) for row in found]


def rewrap(orders: Sequence[UUID], ids: Sequence[int], wraps: bytes) -> int:
    """Move keys to the generation in force, wrapped anew, 70 bytes each; how many moved."""
    text = "{" + ",".join(map(str, ids)) + "}"
    moved: int = rows_of(
        "select keyring.rewrap(%s::uuid[], %s::bigint[], %s)", list(orders), text, Binary(wraps)
    )[0][0]
    return moved


def drop_retired(orders: Sequence[UUID]) -> int:
    """Drop the retired generations that nothing hangs from; how many."""
    dropped: int = rows_of("select keyring.drop_retired(%s::uuid[])", list(orders))[0][0]
    return dropped


def end_root_version(order: UUID, version: int) -> None:
    """Record the end of a retired version, in the transaction that destroys it in the provider.

    Raises django.db.DatabaseError while any key hangs from it.
    """
    with connection.cursor() as cursor:
        cursor.execute("select keyring.end_root_version(%s, %s)", [order, version])

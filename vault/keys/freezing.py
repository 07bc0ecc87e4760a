"""Compartments that are frozen: nothing in them opens in any process, from its next access on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vault.keys.store import rows_of


@dataclass(frozen=True, slots=True)
class Frozen:
    """`entry` is the log entry that froze it."""

    compartment: UUID
    entry: UUID
    at: datetime


def frozen_among(compartments: Iterable[UUID]) -> dict[UUID, Frozen]:
    """Those of these compartments that are frozen."""
    rows = rows_of("select * from keyring.locked_among(%s::uuid[])", list(set(compartments)))
    return {row[0]: Frozen(*row) for row in rows}


def all_frozen() -> list[tuple[UUID, datetime]]:
    """Every frozen compartment, and since when."""
    return [(row[0], row[1]) for row in rows_of("select * from keyring.frozen()")]


def is_frozen(key_ids: Sequence[int]) -> bool:
    """Whether the compartment of any of these keys is frozen."""
    return bool(rows_of("select keyring.is_frozen(%s::bigint[])", list(key_ids))[0][0])


def freeze(entry: UUID, compartment: UUID) -> None:
    """By a committed entry that names the compartment. To freeze what is frozen changes nothing."""
    rows_of("select keyring.lock(%s, %s)", entry, compartment)


def thaw(entry: UUID, compartment: UUID) -> bool:
    """By an approved order; whether it was frozen before the order. Worker login only."""
    return bool(rows_of("select keyring.unlock(%s, %s)", entry, compartment)[0][0])

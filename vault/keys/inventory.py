"""What the keyring holds, without a single wrapped byte: for the inventory and the orders of a rotation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from vault.keys.store import rows_of

_FIRST = UUID(int=0)
_AT_ONCE = 1000
COUNTED = 10_000  # keys of one kind in one compartment; beyond it a count says "more than"
SAMPLE = 500  # blocks of the table from which ages are read
SEAL_BOUND = 2**32  # NIST SP 800-38D, 8.3; keyring.key has the constraint
NEARLY = SEAL_BOUND // 2  # seals from which a key is to be replaced; the keyring's index has the same number


@dataclass(frozen=True, slots=True)
class RootVersion:
    """A version of the root key. Retired: nothing new hangs from it. Ended: destroyed in the provider."""

    id: int
    provider: str
    created_at: datetime
    retired_at: datetime | None
    ended_at: datetime | None
    compartments: int

    @property
    def state(self) -> str:
        return "destroyed" if self.ended_at else "retiring" if self.retired_at else "in_force"


@dataclass(frozen=True, slots=True)
class Compartment:
    """A compartment's key in force and how many keys hang from it; counts stop at COUNTED + 1."""

    id: UUID
    handle: int
    root_version: int
    suite: int
    created_at: datetime
    rotating: bool
    locked_at: datetime | None
    subjects: int
    files: int
    indexes: int
    most_seals: int  # that its most used data key was granted
    nearly_used_up: int

    @property
    def state(self) -> str:
        return "frozen" if self.locked_at else "rotating" if self.rotating else "in_force"


@dataclass(frozen=True, slots=True)
class Key:
    """A live key, without its bytes. `root_version` is what it hangs from in the end."""

    id: int
    kind: int
    owner: UUID
    suite: int
    created_at: datetime
    seals: int  # granted to processes so far
    root_version: int
    retiring: bool
    successor: int | None  # the key under which its record is sealed since a move between suites

    @property
    def state(self) -> str:
        if self.successor:
            return "replaced"
        if self.seals >= NEARLY:
            return "used_up" if self.seals >= SEAL_BOUND else "nearly_used_up"
        return "rotating" if self.retiring else "in_force"


@dataclass(frozen=True, slots=True)
class DestroyedKey:
    """What is left of a key: its number, whose it was, and the log entry by whose order it was destroyed."""

    id: int
    kind: int
    owner: UUID
    destroyed_at: datetime
    order: UUID


class MonthOfKeys(NamedTuple):
    """How many live data keys of a kind were made in a month; `sampled`: an estimate."""

    month: date
    kind: int
    keys: int
    sampled: bool


def root_versions() -> list[RootVersion]:
    """All versions, the newest first."""
    return [RootVersion(*row) for row in rows_of("select * from keyring.root_versions()")]


def compartments(
    *,
    after: UUID | None = None,
    before: UUID | None = None,
    size: int = _AT_ONCE,
    among: Sequence[UUID] | None = None,
    state: str = "",
) -> list[Compartment]:
    """Compartments by rising id: the first after one, or the last before one; of `among` these, where given;
    in the state "frozen", "rotating" or "used_up" (has keys that nearly are), where given."""
    rows = rows_of(
        "select * from keyring.inventory(%s::uuid, %s::uuid, %s, %s::uuid[], %s, %s)",
        after,
        before,
        size,
        None if among is None else list(among),
        state,
        COUNTED + 1,
    )
    return [Compartment(*row) for row in rows]


def count_keys() -> int:
    """All keys that hang from compartment keys. Reads the whole table."""
    return int(rows_of("select keyring.count_keys()")[0][0])


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of one compartment's keys: after one or before one, and of which."""

    compartment: UUID
    after: int | None = None
    before: int | None = None
    size: int = _AT_ONCE
    kind: int | None = None
    suite: int | None = None
    nearly: bool = False
    key: int | None = None
    owner: UUID | None = None


def keys_of(wanted: Wanted) -> list[Key]:
    """Live keys, by rising number."""
    rows = rows_of(
        "select * from keyring.keys_of(%s, %s::bigint, %s::bigint, %s, %s::smallint, %s::smallint, %s,"
        " %s::bigint, %s::uuid)",
        wanted.compartment,
        wanted.after,
        wanted.before,
        wanted.size,
        wanted.kind,
        wanted.suite,
        wanted.nearly,
        wanted.key,
        wanted.owner,
    )
    return [Key(*row) for row in rows]


def destroyed_of(wanted: Wanted) -> list[DestroyedKey]:
    """Destroyed keys, the last first; the suite went with the key."""
    rows = rows_of(
        "select * from keyring.destroyed_of(%s, %s::bigint, %s::bigint, %s, %s::smallint, %s::bigint,"
        " %s::uuid)",
        wanted.compartment,
        wanted.after,
        wanted.before,
        wanted.size,
        wanted.kind,
        wanted.key,
        wanted.owner,
    )
    return [DestroyedKey(*row) for row in rows]


def nearly_used_up() -> int:
    """How many keys are past half of their seals and have no successor; counts up to 1,000."""
    return int(rows_of("select keyring.nearly_used_up()")[0][0])


def to_replace(compartment: UUID, *, size: int) -> list[int]:
    """The first of the data keys of a compartment that nearly are used up and have no successor."""
    return [row[0] for row in rows_of("select keyring.to_replace(%s, %s)", compartment, size)]


def made_by_month() -> list[MonthOfKeys]:
    """When the live data keys were made, by rising month."""
    return [MonthOfKeys(*row) for row in rows_of("select * from keyring.made_by_month(%s)", SAMPLE)]


def compartments_by_week() -> list[tuple[date, int]]:
    """When the compartment keys in force were made: (Monday, how many), by rising week."""
    return [(row[0], row[1]) for row in rows_of("select * from keyring.compartments_by_week()")]


def hanging_from(version: int) -> Iterator[list[UUID]]:
    """The compartments with a generation wrapped under a root version, a thousand at a time."""
    after = _FIRST
    while found := [
        row[0] for row in rows_of("select * from keyring.hanging_from(%s, %s, %s)", version, after, _AT_ONCE)
    ]:
        yield found
        after = found[-1]

"""What the keyring holds, without a single wrapped byte: for the inventory and the orders of a rotation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vault.keys.store import rows_of

_FIRST = UUID(int=0)
_AT_ONCE = 1000


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
    """A compartment's key in force and how many keys hang from it."""

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

    @property
    def state(self) -> str:
        return "frozen" if self.locked_at else "rotating" if self.rotating else "in_force"


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
    in the state "frozen" or "rotating", where given."""
    rows = rows_of(
        "select * from keyring.inventory(%s::uuid, %s::uuid, %s, %s::uuid[], %s)",
        after,
        before,
        size,
        None if among is None else list(among),
        state,
    )
    return [Compartment(*row) for row in rows]


def hanging_from(version: int) -> Iterator[list[UUID]]:
    """The compartments with a generation wrapped under a root version, a thousand at a time."""
    after = _FIRST
    while found := [
        row[0] for row in rows_of("select * from keyring.hanging_from(%s, %s, %s)", version, after, _AT_ONCE)
    ]:
        yield found
        after = found[-1]

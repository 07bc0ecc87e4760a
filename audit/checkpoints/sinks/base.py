"""What every sink does: take a checkpoint, and show what it holds.

A sink that is not reachable holds nobody up: the others go on, and it gets what it missed when it answers.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import islice

from audit.checkpoints.store import Checkpoint

# Whatever else lies in a sink is no copy: somebody else's file must not hold up what is compared.
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
NAME = re.compile(r"[0-9]{20}\Z")


class SinkDown(Exception):
    """The sink did not take or show anything. `code` says why, without an address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadCopy(Exception):
    """What the sink holds is there, and is not what was put there. The message is a code."""


class Sink(ABC):
    """One place outside the database. Copies lie under `day/size`, whose order is theirs in time: the newest
    is found in two looks.

    Attributes:
        name: a code.
        every: how often it gets the newest checkpoint.
        takes_all: whether it gets each one, not only the newest when its time has come.
        generation: of the log whose checkpoints these are; each has a sink of its own in the same place.
        is_former: whether a later generation goes on.
        since: up to which size the database has checkpoints of former generations, which do not come here.
        is_read_back: whether its own content is compared; of sent mail, only what was sent is known.
    """

    name: str
    every: timedelta
    takes_all = False
    is_read_back = True
    generation = 1
    is_former = False
    since = 0

    @property
    def key(self) -> str:
        """A code, the name of its place: of the first generation, its own."""
        return self.name if self.generation == 1 else f"{self.name}.{self.generation}"

    @abstractmethod
    def put(self, checkpoint: Checkpoint) -> None:
        """Keep it; it lies there when this returns, and a second time changes nothing. Raises SinkDown."""

    @abstractmethod
    def days(self) -> list[str]:
        """Every day with a copy, oldest first. Raises SinkDown."""

    @abstractmethod
    def names(self, day: str) -> list[str]:
        """The names of a day's copies, smallest tree first; none of another day. Raises SinkDown."""

    @abstractmethod
    def read(self, day: str, name: str) -> bytes:
        """The note of a copy. Raises SinkDown, BadCopy."""

    def newest(self) -> bytes | None:
        """The newest note that lies there. Raises SinkDown, BadCopy."""
        for day in reversed(self.days()):
            if names := self.names(day):
                return self.read(day, names[-1])
        return None

    def older(self, mark: str, most: int) -> list[tuple[str, bytes | None]]:
        """The next copies behind `mark` in the order they were put, each with its own mark; None for a copy
        that is damaged. None behind the last. Raises SinkDown."""
        found: list[tuple[str, bytes | None]] = []
        for day, name in islice(self._behind(mark), most):
            try:
                found.append((f"{day}/{name}", self.read(day, name)))
            except BadCopy:
                found.append((f"{day}/{name}", None))
        return found

    def _behind(self, mark: str) -> Iterator[tuple[str, str]]:
        last_day = mark.partition("/")[0]
        for day in self.days():
            if day >= last_day:
                yield from ((day, name) for name in self.names(day) if f"{day}/{name}" > mark)


def day_of(checkpoint: Checkpoint) -> str:
    return checkpoint.at.astimezone(UTC).date().isoformat()


def name_of(size: int) -> str:
    """Sorts by size. 20 digits hold every size there can be."""
    return f"{size:020d}"

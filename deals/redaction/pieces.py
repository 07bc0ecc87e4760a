"""Going through a file page by page: the gate before each piece, and how far it is after it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deals.files.sniffing import MediaType
from deals.redaction.models import Redaction
from vault.keys.errors import CompartmentFrozen
from vault.keys.freezing import frozen_among


class Stopped(Exception):
    """The work was called back while it ran."""


class TooLarge(Exception):
    """The copy would be larger than a file that can be shown."""


def is_wanted(now: Redaction | None, begun: Redaction) -> bool:
    """Whether what the worker began with is still what is asked for. Who stops it, marks more and begins anew
    between two questions would else get a copy without the last marks: each edit seals the work once more."""
    return now is not None and _turn(now) == _turn(begun)


def _turn(redaction: Redaction) -> tuple[str, int]:
    return redaction.state, redaction.work_seal  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Pieces:
    """`file` is the plaintext's descriptor (`in_memory`); `ask` asks the gate and raises Refused."""

    redaction: Redaction
    file: int
    ask: Callable[[], object]

    @property
    def media_type(self) -> MediaType:
        return MediaType(self.redaction.version.media_type)

    def walk(self, size: int) -> Iterator[tuple[int, int]]:
        """First page and number of pages of each piece of at most `size` pages.

        Raises Refused, CompartmentFrozen, Stopped.
        """
        total = self.redaction.pages
        for first in range(1, total + 1, size):
            self.check()
            many = min(size, total + 1 - first)
            yield first, many
            # By itself, so that the page that shows it sees it before the whole is done.
            Redaction.objects.filter(pk=self.redaction.pk).update(done=first + many - 1)

    def check(self) -> None:
        """Whether to go on. Raises Refused, CompartmentFrozen, Stopped."""
        self.ask()
        if frozen_among([self.redaction.room_id]):
            raise CompartmentFrozen(1)
        if not is_wanted(Redaction.objects.filter(pk=self.redaction.pk).first(), self.redaction):
            raise Stopped

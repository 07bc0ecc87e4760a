"""The sequencer's loop: a round each second, and what follows one; it goes on whatever fails."""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event

from django.db import Error, connection

from audit.tree.sequencing import sequence

INTERVAL = 1.0  # seconds from the beginning of a round to the beginning of the next

logger = logging.getLogger(__name__)


class Sequencer:
    """Runs until it is told to stop. Two at once are harmless: the second finds the first at it."""

    def __init__(self, *, after: Sequence[Callable[[], object]] = ()) -> None:
        """`after` each interval's rounds: signing what is committed, watching for a stall."""
        self._steps = (catch_up, *after)
        self._failing: dict[str, str] = {}

    def run(self, stop: Event) -> None:
        """Go on until `stop` is set; a round under way is ended."""
        while not stop.is_set():
            began = time.monotonic()
            for step in self._steps:
                self._attempt(step)
            stop.wait(max(0.0, began + INTERVAL - time.monotonic()))
        connection.close()

    def _attempt(self, step: Callable[[], object]) -> None:
        """A failure is told once, until the step succeeds or fails in another way: the database may be down
        for an hour, and the next interval tries again."""
        name = step.__name__
        try:
            step()
        except Exception as error:  # the loop must outlive any error; entries go on waiting
            if isinstance(error, Error):
                connection.close()  # the next step finds a new one
            kind = type(error).__name__
            if self._failing.get(name) != kind:
                logger.error("%s fails, and is tried again each second", name, exc_info=error)
            self._failing[name] = kind
        else:
            if self._failing.pop(name, None):
                logger.warning("%s succeeds again", name)


def catch_up() -> int:
    """Rounds until no entry waits that could be taken; how many leaves they added."""
    added = 0
    while (done := sequence()) is not None:
        added += done.added
        if not done.is_full:
            break
    return added

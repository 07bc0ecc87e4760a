"""A provider that did not answer is left alone for a moment: a house of waiting pages must not hammer it.

The simplest circuit breaker there is: after a failure, calls of this process fail at once until the pause is
over, and the first one after it tries again. Without it each page would wait for the whole time limit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from vault.keys.errors import ProviderDown


class Pause:
    """`seconds` after a failure during which nobody asks."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around each call. Raises ProviderDown at once during the pause."""
        if time.monotonic() < self._until:
            raise ProviderDown("the key provider did not answer a moment ago")
        try:
            yield
        except ProviderDown:
            self._until = time.monotonic() + self._seconds
            raise
        self._until = 0.0

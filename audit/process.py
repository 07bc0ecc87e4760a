"""Things that a process has one of: a thread with its queue, a file of heads."""

import os
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=Closable)


class PerProcess(Generic[T]):
    """Made at the first use in each process.

    A forked child has neither the threads of its parent nor any right to its connections and files, so it
    drops what it inherited, unclosed, and makes its own.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None
        self._making = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def get(self) -> T:
        """This process's one."""
        made = self._made
        if made is None:
            with self._making:
                made = self._made = self._made or self._make()
        return made

    def close(self) -> None:
        """Close it; the next use makes another."""
        made, self._made = self._made, None
        if made is not None:
            made.close()

    def _forget(self) -> None:
        self._made = None
        self._making = threading.Lock()

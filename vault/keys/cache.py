"""Open keys of this process: bounded in number and in time, purged when a key dies or a compartment locks.

The database is asked what changed at every access (`keyring.changes`), so a destroyed or locked
key is gone from every process by its next access; the time limit is only the second line.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from vault.crypto.blind import IndexKey
from vault.crypto.chunks import FileKey
from vault.crypto.envelope import OpenKey
from vault.crypto.keywrap import KeyKind, WrappingKey


class Opened(NamedTuple):
    """A key ready for use: subject and file keys seal, compartment keys wrap, index keys make tokens.

    A compartment's key is the generation in force, and `handle` is its name in every generation. While it is
    being rotated, `retiring` is the one before, which opens what was not moved yet.
    """

    kind: KeyKind
    compartment: UUID
    key: OpenKey | FileKey | WrappingKey | IndexKey
    handle: int | None = None
    retiring: WrappingKey | None = None


class KeyCache:
    """Least recently used first out, and none older than `seconds`, whether used or not."""

    def __init__(self, *, size: int, seconds: float) -> None:
        self._size, self._seconds = size, seconds
        self._held: OrderedDict[int, tuple[float, Opened]] = OrderedDict()
        self._mutex = threading.Lock()
        self.seen_change = 0

    def get_many(self, ids: Iterable[int]) -> dict[int, Opened]:
        """Those of `ids` that are held and young enough."""
        oldest = time.monotonic() - self._seconds
        found: dict[int, Opened] = {}
        with self._mutex:
            for key_id in ids:
                held = self._held.get(key_id)
                if held is None:
                    continue
                if held[0] < oldest:
                    del self._held[key_id]
                    continue
                self._held.move_to_end(key_id)
                found[key_id] = held[1]
        return found

    def put_many(self, opened: dict[int, Opened], *, as_of: int | None = None) -> None:
        """Hold these from now on.

        `as_of` is the change number that was seen before they were released: if another thread has
        seen a later change meanwhile, one of these may be the key that died, so none is kept.
        """
        now = time.monotonic()
        with self._mutex:
            if as_of is not None and as_of != self.seen_change:
                return
            for key_id, key in islice(opened.items(), max(0, len(opened) - self._size), None):
                self._held[key_id] = (now, key)
                self._held.move_to_end(key_id)
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def begin_at(self, change: int) -> None:
        """Changes up to this number mean nothing to a cache that holds nothing."""
        with self._mutex:
            if not self._held:
                self.seen_change = max(self.seen_change, change)

    def purge(self, *, keys: set[int], compartments: set[UUID], seen_change: int) -> None:
        """Forget these keys, and every key of these compartments; changes are now seen up to this number."""
        with self._mutex:
            self.seen_change = max(self.seen_change, seen_change)
            for key_id in keys:
                self._held.pop(key_id, None)
            if compartments:
                doomed = {compartment.int for compartment in compartments}  # UUIDs hash in Python
                for key_id, (_, held) in list(self._held.items()):
                    if held.compartment.int in doomed:
                        del self._held[key_id]

    def __len__(self) -> int:
        return len(self._held)

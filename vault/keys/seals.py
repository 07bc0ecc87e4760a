"""The account of seals: no data key seals more often than its bound, in all processes together.

NIST SP 800-38D section 8.3 allows 2**32 seals under one key with random nonces. The keyring keeps, for each
key, how many seals processes were granted (`seals`, bounded by a constraint of the database); a process asks
for a block of them before it makes the first, and what it asked for and does not use is lost, never used
twice. So the seals made are at most the seals granted, whatever crashes, and at most the bound.

* The grant commits on a connection of its own: were it part of the caller's transaction, a rollback would
  take back the count of nonces that are spent.
* A key object is granted seals in one process only; a forked child drops what it inherited
  (`service.key_cache`).
* Whoever seals comes here: tests/vault/keys/test_seals.py finds any other caller of the envelope's functions.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection

from audit.process import PerProcess
from vault.crypto.envelope import OpenKey, ToSeal, seal_many
from vault.crypto.errors import WornOut
from vault.keys import store
from vault.keys.errors import KeyWithheld

BLOCK = 1024  # seals asked for at a time: a key in steady use costs one statement for this many


def seal_counted(items: Sequence[ToSeal]) -> list[bytes]:
    """Seal several places, counted; errors as `vault.crypto.envelope.seal_many`.

    Raises:
        WornOut: a key has reached its bound. Its data must move to a new key (`manage.py reencrypt`).
        KeyWithheld: a key was destroyed meanwhile.
    """
    _claim(Counter(item[0] for item in items))
    return seal_many(items)


class _Counter:
    """A thread with a connection of its own, in autocommit."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="seal-counter")

    def reserve(self, counts: Mapping[int, int]) -> dict[int, bool]:
        return self._thread.submit(_reserve, counts).result()

    def close(self) -> None:
        self._thread.submit(_disconnect).result()
        self._thread.shutdown()


def _reserve(counts: Mapping[int, int]) -> dict[int, bool]:
    try:
        return store.reserve_seals(counts)
    except (OperationalError, InterfaceError):  # the server was restarted; counting twice only wastes
        connection.close()
        return store.reserve_seals(counts)


def _disconnect() -> None:
    """Close this thread's connection: `connection.close`, named elsewhere, is that of whoever names it."""
    connection.close()


_counter = PerProcess(_Counter)
_counting = threading.Lock()


def close() -> None:
    """End the thread and its connection; the next grant makes another."""
    _counter.close()


def _claim(wanted: Mapping[OpenKey, int]) -> None:
    """Take these seals from what the keys were granted, asking for more where they are short.

    The lock is never held while the database is asked.
    """
    while short := _take(wanted):
        asked = {key.key_id: max(BLOCK, count) for key, count in short.items()}
        granted = _counter.get().reserve(asked)
        # A key that this very transaction made is not seen from outside, and nobody else has it: it is
        # counted with the row.
        own = {key_id: count for key_id, count in asked.items() if key_id not in granted}
        if own:
            granted |= store.reserve_seals(own)
        if len(granted) < len(asked):
            raise KeyWithheld(len(asked) - len(granted))
        if not all(granted.values()):
            raise WornOut("a key has reached its bound of seals: move its data to a new key (reencrypt)")
        of = {key.key_id: key for key in short}
        with _counting:
            for key_id, count in asked.items():
                of[key_id].left += count


def _take(wanted: Mapping[OpenKey, int]) -> dict[OpenKey, int]:
    """Take all, or nothing and answer which are short."""
    with _counting:
        short = {key: count for key, count in wanted.items() if key.left < count}
        if not short:
            for key, count in wanted.items():
                key.left -= count
    return short

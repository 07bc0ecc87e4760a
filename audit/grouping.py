"""Group commit: the entries that many threads write at once are committed together.

A thread puts its entry on the queue and waits; one thread per process takes what has gathered, inserts it in
one statement and commits. Under load this is several times faster than a commit for each entry, and it keeps
the promise: `submit` returns only once the entry is committed. Everything else is `LogUnavailable`.
"""

import threading
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from time import monotonic, sleep

from django.db import connections
from psycopg2 import Error as DatabaseError
from psycopg2 import InterfaceError, OperationalError

from audit import heads
from audit.process import PerProcess
from audit.rows import Row, insert

ALIAS = "audit"
MAX_BATCH = 256
TIMEOUT = 2.0  # seconds that a caller waits for the commit
_IDLE = 5.0  # seconds after which the connection is tried before use: the server may have been restarted


class LogUnavailable(Exception):
    """The entry is not known to be committed, so what it would record must not happen: 503 and no byte."""


class _Waiting:
    """A row and the thread that waits for it: a bare lock, since a Future costs several times as much."""

    __slots__ = ("_ended", "abandoned", "error", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.error: Exception | None = None
        self.abandoned = False
        self._ended = threading.Lock()
        self._ended.acquire()

    def end(self, error: Exception | None = None) -> None:
        """Wake the waiting thread: the row is committed, or this kept it from being so."""
        self.error = error
        self._ended.release()

    def wait(self, seconds: float) -> None:
        """Return when the row is committed. Raises LogUnavailable."""
        if not self._ended.acquire(timeout=seconds):
            self.abandoned = True
            raise LogUnavailable("the log did not answer in time")
        if self.error is not None:
            raise LogUnavailable("the log did not take the entry") from self.error


class Committer:
    """The queue and its thread. One in a process (`submit`)."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._used = monotonic()
        self._thread = threading.Thread(target=self._run, name="log-committer", daemon=True)
        self._thread.start()

    def put(self, row: Row) -> _Waiting:
        """Queue a row."""
        waiting = _Waiting(row)
        self._queue.put(waiting)
        return waiting

    def close(self) -> None:
        """Commit what is queued, close the connection and end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            # A caller that has given up is skipped: it has already answered 503.
            batch = [waiting for waiting in batch if not waiting.abandoned]
            if batch:
                self._commit(batch)
        connections[ALIAS].close()

    def _gather(self) -> tuple[list[_Waiting], bool]:
        batch: list[_Waiting] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == MAX_BATCH:
                return batch, True
            try:
                item = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            self._insert([waiting.row for waiting in batch])
        except (OperationalError, InterfaceError) as error:
            # Whether the server has committed is not known. Writing again could record one read twice, so
            # all callers fail; the next batch finds a new connection.
            connections[ALIAS].close()
            _end(batch, error)
        except DatabaseError as error:
            if len(batch) == 1:
                _end(batch, error)
            else:
                # One bad row must fail only its own caller.
                for waiting in batch:
                    self._commit([waiting])
        except Exception as error:  # noqa: BLE001 (the thread must outlive any error; the callers get it)
            _end(batch, error)
        else:
            _end(batch)

    def _insert(self, rows: list[Row]) -> None:
        connection = connections[ALIAS]
        if (
            connection.connection is not None
            and monotonic() - self._used > _IDLE
            and not connection.is_usable()
        ):
            connection.close()
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:  # Django's autocommit: one statement, one transaction
            head = insert(cursor, rows)
        self._used = monotonic()
        heads.note(head)


def _end(batch: list[_Waiting], error: Exception | None = None) -> None:
    for waiting in batch:
        waiting.end(error)


_committer = PerProcess(Committer)
close = _committer.close


def submit(rows: Iterable[Row], *, timeout: float = TIMEOUT) -> None:
    """Return once all rows are committed. The first go to the database while the next are still being built;
    if building one fails, those before it stay in the log: a record too many, never one too few.

    Raises:
        LogUnavailable: one of them is not, or not within `timeout` seconds.
    """
    committer = _committer.get()
    queued: list[_Waiting] = []
    for row in rows:
        if queued:
            sleep(0)  # lets the committer begin with those before; the caller of a single row waits at once
        queued.append(committer.put(row))
    deadline = monotonic() + timeout
    for waiting in queued:
        waiting.wait(max(0.0, deadline - monotonic()))

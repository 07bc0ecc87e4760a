"""One worker at a time: a lock of the database session, which ends with its process, however that dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def alone(job: UUID) -> Iterator[bool]:
    """Whether this session alone works on `job` for as long as the block runs. Never waits."""
    number = int.from_bytes(job.bytes[8:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [number])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("select pg_advisory_unlock(%s)", [number])

"""The group committer: one bad row fails alone, a fork starts anew."""

import os
from threading import Thread

import pytest
from psycopg2.errors import CheckViolation
from psycopg2.extensions import connection as Connection

from audit import grouping
from audit.entry import Stamped
from audit.grouping import Committer, LogUnavailable
from audit.log import record_read
from audit.models import LogEntry
from audit.origin import current_origin
from audit.rows import COLUMNS, Row, row
from tests.audit.conftest import entry


def good() -> tuple[str, Row]:
    stamped = Stamped(entry(), current_origin())
    return str(stamped.id), row(stamped)


def poisoned() -> Row:
    values = list(good()[1])
    values[COLUMNS.index("result")] = "perhaps"
    return tuple(values)


@pytest.mark.django_db
def test_a_poisoned_row_fails_only_its_own_caller(superuser: Connection) -> None:
    ids, rows = zip(*(good() for _ in range(6)), strict=True)
    outcomes: dict[int, object] = {}

    def submit(number: int, values: Row) -> None:
        try:
            grouping.submit([values], timeout=20)
            outcomes[number] = "committed"
        except LogUnavailable as error:
            outcomes[number] = type(error.__cause__)

    # While the table is locked the rows gather, so that they fall into one batch.
    with superuser.cursor() as cursor:
        cursor.execute("begin; lock table log.entry in access exclusive mode")
        threads = [Thread(target=submit, args=(0, good()[1]))]
        threads += [Thread(target=submit, args=pair) for pair in enumerate([*rows, poisoned()], 1)]
        for thread in threads:
            thread.start()
        cursor.execute("rollback")
    for thread in threads:
        thread.join()
    assert outcomes == dict.fromkeys(range(7), "committed") | {7: CheckViolation}
    assert LogEntry.objects.filter(id__in=ids).count() == 6


@pytest.mark.django_db
def test_a_forked_child_commits_through_a_thread_of_its_own() -> None:
    record_read(entry())
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, str(record_read(entry())).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    assert LogEntry.objects.filter(id=os.read(read, 36).decode()).exists()
    record_read(entry())


@pytest.mark.django_db
def test_closing_commits_what_is_queued() -> None:
    committer = Committer()
    made = [good() for _ in range(5)]
    queued = [committer.put(values) for _, values in made]
    committer.close()
    for waiting in queued:
        waiting.wait(0)
    assert LogEntry.objects.filter(id__in=[entry_id for entry_id, _ in made]).count() == 5

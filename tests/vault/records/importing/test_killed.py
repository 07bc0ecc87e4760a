"""A real worker killed with -9 between two batches and inside one; the next one ends the import."""

from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from audit.models import LogEntry
from config.celery import app
from tests import databases
from tests.compliance import processes
from tests.conftest import DATABASE
from tests.vault.records.makers import acting
from tests.vault.records.uploads import start, upload
from vault.records.importing import tasks
from vault.records.importing.checking import check_upload
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.parsing import FIRST
from vault.records.importing.reader import SHORT
from vault.records.models import Client, ClientBook
from vault.records.search import search

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 12 * FIRST  # more than wait in the pipe and the queue, so that the parser is at it still
LONG = "姓名,手机,备注\n" + "".join(f"客户{n},139{n:08},{'很长的备注' * 20}\n" for n in range(ROWS))

# Where the worker waits for a lock that the test holds, and is killed.
STEPS = {
    "before a batch": "select from vault_importjob for update",
    "in a batch, the clients stored and their index not": "lock table keyring.index_entry in exclusive mode",
    "before the book is opened under an entry": "lock table log.entry in exclusive mode",
}


def test_killed_at_any_step_it_loses_nobody_and_doubles_nobody(
    people: SimpleNamespace, book: ClientBook
) -> None:
    assert len(LONG.encode()) > SHORT  # so that a parser process reads it
    with acting(book.lead):
        job = upload(book, LONG)
        check_upload(job.pk)
        job.refresh_from_db()
        start(job)
    app.control.purge()
    for step, sql in STEPS.items():
        with closing(databases.superuser(DATABASE)) as blocker, blocker.cursor() as cursor:
            blocker.autocommit = False
            cursor.execute(sql)
            tasks.resume_all()
            with processes.celery_worker() as worker:
                processes.wait_for(processes.a_worker_waits_for_a_lock, step)
                parsers = _children(worker.pid)
                assert parsers or step != "before a batch"
                processes.kill(worker)
        processes.wait_for(lambda: not processes.worker_sessions(), "the killed worker's connection ends")
        processes.wait_for(partial(_have_ended, parsers), "the killed worker's parser ends")
        app.control.purge()
        job.refresh_from_db()
        assert job.cursor == job.added == Client.objects.count() < ROWS, step
    tasks.resume_all()
    tasks.resume_all()  # as beat may, twice
    with processes.celery_worker():
        processes.wait_for(lambda: _state(job) == ImportState.DONE, "the import ends")
    assert (job.cursor, job.added, job.present, job.bad) == (ROWS, ROWS, 0, 0)
    assert Client.objects.count() == ROWS
    logged = [
        len(entry.subjects) for entry in LogEntry.objects.filter(object_id=job.pk, action="client.import")
    ]
    assert sum(logged) == ROWS
    for number in (0, FIRST, ROWS - 1):
        with acting(people.ming):
            assert len(search(actor=people.ming, text=f"139{number:08}").rows) == 1


def _state(job: ImportJob) -> str:
    job.refresh_from_db()
    return str(job.state)


def _children(pid: int) -> list[Path]:
    return [one for one in Path("/proc").glob("[0-9]*") if f"\nPPid:\t{pid}\n" in _status(one)]


def _status(process: Path) -> str:
    try:
        return (process / "status").read_text()
    except OSError:  # it has ended
        return ""


def _have_ended(them: list[Path]) -> bool:
    return all(not said or "State:\tZ" in said for said in map(_status, them))

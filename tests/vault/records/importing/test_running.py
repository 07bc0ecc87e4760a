"""An import: good rows in, bad rows back, nothing twice, nothing half, nothing left."""

import io
from types import SimpleNamespace

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from audit.actions import Action
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting
from tests.vault.records.uploads import start, upload
from vault.files.store import file_path
from vault.files.streams import as_stream
from vault.keys import store
from vault.records.importing import running
from vault.records.importing.jobfiles import open_job_file
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.parsing import FIRST
from vault.records.importing.tasks import run
from vault.records.models import Client, ClientBook
from vault.records.search import search

__all__ = ["crypto_profile"]


def list_of(count: int) -> str:
    rows = (f"客户{n},139{n:08},,展会,{n % 3}\n" for n in range(count))
    return "姓名,手机,身份证号,来源,等级\n" + "".join(rows)


LIST = list_of(2500)


def imported(book: ClientBook, text: str) -> ImportJob:
    with acting(book.lead):
        job = upload(book, text)
        start(job)
    run(str(job.pk))
    job.refresh_from_db()
    return job


def counts(job: ImportJob) -> tuple[str, int, int, int, int]:
    return job.state, job.cursor, job.added, job.present, job.bad


@pytest.mark.django_db(transaction=True)
def test_good_rows_go_in_and_are_found(as_worker: None, people: SimpleNamespace, book: ClientBook) -> None:
    job = imported(book, LIST)
    assert counts(job) == (ImportState.DONE, 2500, 2500, 0, 0)
    with acting(people.ming):
        [row] = search(actor=people.ming, text="139 0000 1234").rows
    assert row.client.source == "campaign"
    assert row.client.assigned == people.ming


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_makes_no_duplicates(as_worker: None, book: ClientBook) -> None:
    imported(book, LIST)
    again = imported(book, LIST)
    assert counts(again) == (ImportState.DONE, 2500, 0, 2500, 0)
    assert Client.objects.count() == 2500


@pytest.mark.django_db(transaction=True)
def test_bad_rows_come_back_as_a_sheet(as_worker: None, book: ClientBook) -> None:
    job = imported(book, "姓名,手机\n王五,13800138000\n赵六,12\n,13900139000\n")
    assert counts(job) == (ImportState.DONE, 3, 1, 0, 2)
    with acting(book.lead), as_stream(open_job_file(job, Action.IMPORT_DOWNLOAD, bad_rows=True)) as stream:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(stream.read())).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows] == ["姓名", "赵六", ""]


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_resumes_without_loss_or_doubles(
    as_worker: None, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = FIRST + 200
    with acting(book.lead):
        job = upload(book, list_of(rows))
        start(job)
    real = running._settle
    calls = 0

    def killed(*args: object) -> ImportJob:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_settle", killed)
    with pytest.raises(KeyboardInterrupt):
        run(str(job.pk))
    monkeypatch.undo()
    job.refresh_from_db()
    assert counts(job) == (ImportState.RUNNING, FIRST, FIRST, 0, 0)
    run(str(job.pk))
    job.refresh_from_db()
    assert counts(job) == (ImportState.DONE, rows, rows, 0, 0)
    assert Client.objects.count() == rows


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_file_is_left(as_worker: None, book: ClientBook) -> None:
    with acting(book.lead):
        job = upload(book, LIST)
        file_id = job.file_id
        assert file_id is not None
        assert "客户1".encode() not in file_path(file_id).read_bytes()
        start(job)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.file_id, job.file_key) == (None, None)
    assert not file_path(file_id).exists()
    assert [copy.live for copy in store.copies([file_id])] == [False]
    assert list(settings.FILES_DIR.rglob("*.part")) == []

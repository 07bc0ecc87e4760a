"""A list passes the virus scanner before its reader opens it: by the page, and by the command."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.actions import Action, Reason, Result
from audit.models import LogEntry
from tests.cast import client_of
from tests.people.scanning.clamd_server import EICAR, Clamd, clamd
from tests.vault.records.importing.test_upload_page import GOOD, send
from vault.records.importing.models import ImportJob
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db
BAD = GOOD.encode() + EICAR


@pytest.fixture
def scanner(settings: Any) -> Iterator[Clamd]:
    with clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server


def files(settings: Any) -> set[Path]:
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def refused(book: ClientBook) -> LogEntry:
    return LogEntry.objects.get(action=Action.IMPORT_UPLOAD, object_id=book.pk, result=Result.REFUSED)


def test_a_list_that_passes_is_taken_in(people: SimpleNamespace, book: ClientBook, scanner: Clamd) -> None:
    assert send(client_of(people.ming), book, GOOD.encode())[0] == 302
    assert scanner.seen == [GOOD.encode()]


def test_what_is_found_is_said_and_nothing_is_kept(
    people: SimpleNamespace, book: ClientBook, scanner: Clamd, settings: Any
) -> None:
    before = files(settings)
    status, page = send(client_of(people.ming), book, BAD)
    assert status == 422
    assert "win.test.eicar_hdb-1" in page
    assert not ImportJob.objects.exists()
    assert files(settings) == before
    assert (refused(book).reason, refused(book).fields) == (Reason.INFECTED, ["virus.win.test.eicar_hdb-1"])


def test_without_an_answer_nothing_is_kept(
    people: SimpleNamespace, book: ClientBook, settings: Any, tmp_path: Path
) -> None:
    settings.CLAMD_ADDRESS = str(tmp_path / "none.sock")
    before = files(settings)
    assert send(client_of(people.ming), book, GOOD.encode())[0] == 422
    assert not ImportJob.objects.exists()
    assert files(settings) == before
    assert refused(book).reason == Reason.NOT_SCANNED


def test_the_command_asks_too(
    people: SimpleNamespace, book: ClientBook, scanner: Clamd, settings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(BAD)
    before = files(settings)
    with pytest.raises(CommandError, match="eicar_hdb-1"):
        call_command("import_clients", str(path), "--book", str(book.pk), "--as", people.ming.username)
    assert files(settings) == before
    assert refused(book).actor == people.ming.pk


def test_a_sheet_to_be_traced_passes_it_too(people: SimpleNamespace, scanner: Clamd) -> None:
    def trace(data: bytes) -> Any:
        sheet = {"file": SimpleUploadedFile("leaked.csv", data)}
        return client_of(people.olivia).post(reverse("vault:trace"), sheet)

    assert trace(GOOD.encode()).status_code == 200
    answer = trace(BAD)
    assert answer.status_code == 422
    assert "win.test.eicar_hdb-1" in answer.content.decode()
    assert scanner.seen == [GOOD.encode(), BAD]
    said = LogEntry.objects.get(action=Action.EXPORT_TRACE, actor=people.olivia.pk, result=Result.REFUSED)
    assert said.reason == Reason.INFECTED

"""What is put into a room passes the virus scanner, all of it or nothing, before anybody knows of it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.actions import Action, Reason, Result
from audit.models import LogEntry
from deals.models import File, Upload
from tests.cast import client_of
from tests.people.scanning.clamd_server import EICAR, Clamd, clamd

pytestmark = pytest.mark.django_db
CLEAN = b"a contract " * 40_000  # of many sealed chunks


@pytest.fixture
def scanner(settings: Any) -> Iterator[Clamd]:
    with clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server


@pytest.fixture
def on_disk(settings: Any) -> Iterator[None]:
    """Whatever is refused leaves nothing there."""
    before = set(Path(settings.FILES_DIR).rglob("*"))
    yield
    assert {path for path in set(Path(settings.FILES_DIR).rglob("*")) - before if path.is_file()} == set()


def send(world: SimpleNamespace, *files: bytes) -> Any:
    named = [SimpleUploadedFile(f"secret-{at}.txt", data) for at, data in enumerate(files)]
    return client_of(world.ming).post(
        reverse("deals:upload", args=[world.deal.pk, world.one.pk]),
        {"file": named, "whole": "whole"},
        headers={"accept": "application/json"},
    )


def refused(world: SimpleNamespace) -> LogEntry:
    return LogEntry.objects.get(
        action=Action.FILE_UPLOAD, object_id=world.one.pk, deal=world.deal.pk, result=Result.REFUSED
    )


def test_what_passes_is_kept_and_was_seen_whole(world: SimpleNamespace, scanner: Clamd) -> None:
    assert send(world, CLEAN).status_code == 200
    assert scanner.seen == [CLEAN]
    assert File.objects.count() == 1


@pytest.mark.usefixtures("on_disk")
def test_what_is_found_keeps_all_of_the_upload_out(world: SimpleNamespace, scanner: Clamd) -> None:
    answer = send(world, CLEAN, CLEAN + EICAR)
    assert answer.status_code == 422
    assert "win.test.eicar_hdb-1" in answer.json()["problem"]
    assert not File.objects.exists()
    assert not Upload.objects.exists()
    entry = refused(world)
    assert (entry.reason, entry.fields) == (Reason.INFECTED, ["virus.win.test.eicar_hdb-1"])
    assert b"secret" not in bytes(entry.leaf)


@pytest.mark.usefixtures("on_disk")
@pytest.mark.parametrize("said", [b"", b"stream: OK", b"stream: broken ERROR\0"])
def test_without_an_answer_that_counts_nothing_is_kept(
    world: SimpleNamespace, scanner: Clamd, said: bytes
) -> None:
    scanner.answer = lambda data: said
    answer = send(world, CLEAN)
    assert answer.status_code == 422
    assert answer.json()["problem"]
    assert not File.objects.exists()
    assert refused(world).reason == Reason.NOT_SCANNED


@pytest.mark.usefixtures("on_disk")
def test_with_a_scanner_that_is_down_nothing_is_kept(world: SimpleNamespace, settings: Any) -> None:
    settings.CLAMD_ADDRESS = str(Path(settings.HOME_DIR) / "none.sock")
    assert send(world, CLEAN).status_code == 422
    assert not File.objects.exists()
    assert refused(world).reason == Reason.NOT_SCANNED


def test_nobody_who_may_not_upload_has_anything_scanned(world: SimpleNamespace, scanner: Clamd) -> None:
    answer = client_of(world.bo).post(
        reverse("deals:upload", args=[world.deal.pk, world.one.pk]),
        {"file": SimpleUploadedFile("a.txt", EICAR), "whole": "whole"},
    )
    assert answer.status_code == 404
    assert scanner.seen == []

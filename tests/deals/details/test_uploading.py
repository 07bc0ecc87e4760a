"""Whoever uploads chooses what becomes of hidden details; the version and the log keep the choice."""

from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from audit.actions import Action, ObjectType
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from deals.details import uploads
from deals.details.choice import Details
from deals.models import File, FileVersion, Upload
from deals.rooms.naming import names_open
from tests.cast import client_of
from tests.deals.details import files
from tests.deals.scene import stored
from vault.files.store import file_path

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def send(world: Any, *sent: tuple[str, bytes], **fields: str) -> Any:
    return client_of(world.ming).post(
        reverse("deals:upload", args=[world.deal.pk, world.one.pk]),
        {"file": [SimpleUploadedFile(*each) for each in sent], **fields, "whole": "whole"},
        headers={"accept": "application/json"},
    )


def taken(world: Any, version: FileVersion) -> bytes:
    answer = client_of(world.ming).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def page(world: Any, version: FileVersion) -> str:
    address = reverse("deals:file", args=[world.deal.pk, version.file_id])
    return client_of(world.ming).get(address).content.decode()


def on_disk(settings: Any) -> set[Path]:
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def newest() -> FileVersion:
    return FileVersion.objects.latest("uploaded_at")


@pytest.mark.parametrize("fields", [{}, {"details": "removed"}])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", files.jpeg()),
        ("a.pdf", files.paper()),
        ("a.docx", files.document()),
        ("no ending", files.png()),
    ],
)
def test_hidden_details_are_removed_unless_somebody_says_otherwise(
    world: SimpleNamespace, settings: Any, name: str, data: bytes, fields: dict[str, str]
) -> None:
    before = on_disk(settings)
    assert files.WHO in files.found_in(data)
    assert send(world, (name, data), **fields).status_code == 200
    version = newest()
    kept = taken(world, version)
    assert files.found_in(kept) == []
    assert (version.size, version.details) == (len(kept), Details.REMOVED)
    assert version.uploaded_by_id == world.ming.pk
    assert on_disk(settings) - before == {file_path(version.pk)}
    assert not Upload.objects.exists()
    [entry] = LogEntry.objects.filter(action=Action.FILE_UPLOAD, object_id=version.file_id)
    assert entry.fields == ["version.1", "details.removed"]
    shown = page(world, version)
    assert "· hidden details removed" in shown
    assert '<td data-label="Hidden details">Removed</td>' in shown


def test_the_digest_is_that_of_what_is_kept(world: SimpleNamespace) -> None:
    send(world, ("a.jpg", files.jpeg()))
    kept = taken(world, newest())
    assert digest(world, newest()) == sha256(kept).hexdigest() != sha256(files.jpeg()).hexdigest()


def digest(world: Any, version: FileVersion) -> str:
    with (
        acting_as(Origin(actor=world.ming.pk)),
        names_open(world.room, Action.FILE_VIEW, ObjectType.FILE, version.file_id),
    ):
        return FileVersion.objects.get(pk=version.pk).sha256


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", files.jpeg()),
        ("a.pdf", files.paper(signed=True)),
        ("a.doc", OLD_OFFICE),
        ("a.unknown", b"\x00\x01"),
    ],
)
def test_files_are_kept_as_they_are_for_whoever_says_so(
    world: SimpleNamespace, name: str, data: bytes
) -> None:
    assert send(world, (name, data), details="kept").status_code == 200
    version = newest()
    assert taken(world, version) == data
    assert version.details == Details.KEPT
    [entry] = LogEntry.objects.filter(action=Action.FILE_UPLOAD, object_id=version.file_id)
    assert entry.fields == ["version.1", "details.kept"]
    shown = page(world, version)
    assert '<td data-label="Hidden details">Kept as uploaded</td>' in shown
    assert "· hidden details removed" not in shown


@pytest.mark.parametrize(
    ("name", "data", "fields", "said"),
    [
        ("b.pdf", files.paper(signed=True), {}, "“b.pdf” is signed"),
        ("b.pdf", b"%PDF-1.7 nothing", {}, "“b.pdf” cannot be read well enough"),
        ("b.doc", OLD_OFFICE, {}, "cannot be removed from a file like “b.doc”"),
        ("b.unknown", b"\x00\x01", {}, "cannot be removed from a file like “b.unknown”"),
        ("b.txt", b"text", {"details": "other"}, "Choose what becomes of hidden details."),
        ("b.txt", b"text", {"details": ""}, "Choose what becomes of hidden details."),
    ],
)
def test_what_cannot_be_done_is_said_and_keeps_nothing_of_the_upload(
    world: SimpleNamespace, settings: Any, name: str, data: bytes, fields: dict[str, str], said: str
) -> None:
    before = on_disk(settings)
    answer = send(world, ("a.jpg", files.jpeg()), (name, data), **fields)
    assert answer.status_code == 422
    assert said in answer.json()["problem"]
    assert "Nothing was kept" in answer.json()["problem"]
    assert on_disk(settings) == before
    assert not File.objects.exists()
    assert not Upload.objects.exists()


def test_it_is_said_in_chinese_too(world: SimpleNamespace) -> None:
    world.ming.language = "zh-hans"
    world.ming.save()
    said = send(world, ("协议.pdf", files.paper(signed=True))).json()["problem"]
    assert said.startswith("“协议.pdf”带有电子签名：清除隐藏信息会破坏签名。没有保存任何内容")


def test_files_larger_than_the_server_opens_are_refused(world: SimpleNamespace, settings: Any) -> None:
    settings.VIEW_MAX_BYTES = 1024 * 1024
    photo = files.png() + bytes(1024 * 1024)
    answer = send(world, ("a.png", photo))
    assert "of up to 1 MB; “a.png” is larger" in answer.json()["problem"]
    assert send(world, ("a.png", photo), details="kept").status_code == 200


def test_an_upload_that_takes_too_long_is_refused(
    world: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "TOGETHER", -1)
    before = on_disk(settings)
    answer = send(world, ("a.txt", b"text"), ("a.png", files.png()))
    assert "took too long" in answer.json()["problem"]
    assert on_disk(settings) == before


def test_files_keep_their_order(world: SimpleNamespace) -> None:
    sent = [("1.png", files.png()), ("2.txt", b"text"), ("3.jpg", files.jpeg())]
    address = send(world, *sent).json()["address"]
    shown = client_of(world.ming).get(address).content.decode()
    assert shown.index("1.png") < shown.index("2.txt") < shown.index("3.jpg")


def test_the_form_makes_the_safe_choice_beforehand(world: SimpleNamespace) -> None:
    address = reverse("deals:folder", args=[world.deal.pk, world.one.pk])
    shown = client_of(world.ming).get(address).content.decode()
    boxes = [line for line in shown.split("<input") if 'name="details"' in line]
    assert [("removed" in box, "checked" in box) for box in boxes] == [(True, True), (False, False)]


def test_a_version_of_before_says_nothing(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"text")
    FileVersion.objects.filter(pk=version.pk).update(details="")
    assert '<td data-label="Hidden details">–</td>' in page(world, version)


def test_no_other_choice_can_be_stored(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"text")
    with pytest.raises(IntegrityError, match="file_version_details_known"):
        FileVersion.objects.filter(pk=version.pk).update(details="other")

"""Uploads: sealed as they arrive, kept whole or not at all."""

import io
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.files.tasks import sweep_unfinished
from deals.models import DealMember, File, FileVersion, Upload
from tests.cast import client_of, signed_in
from tests.deals.scene import stored
from vault.files.store import SealedWriter, file_path

pytestmark = pytest.mark.django_db
BOUNDARY = "boundaryboundary"


def on_disk(settings: Any) -> set[Path]:
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def part(name: str, value: bytes, file_name: str = "") -> bytes:
    extra = f'; filename="{file_name}"\r\nContent-Type: application/pdf' if file_name else ""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode()
        + value
        + b"\r\n"
    )


END = f"--{BOUNDARY}--\r\n".encode()
# The last fields of the form; what it sends is kept as it is.
WHOLE = part("details", b"kept") + part("whole", b"whole") + END
PAPER = b"%PDF-1.7\n" + secrets.token_bytes(300_000)


def post(world: Any, body: bytes, client: Client | None = None, **extra: Any) -> Any:
    """The raw bytes of a request, as a browser (or an attacker) sends them."""
    return (client or client_of(world.ming)).generic(
        "POST",
        reverse("deals:upload", args=[world.deal.pk, world.one.pk]),
        body,
        f"multipart/form-data; boundary={BOUNDARY}",
        headers={"accept": "application/json"},
        **extra,
    )


def test_what_lies_on_the_disk_is_sealed(world: SimpleNamespace, settings: Any) -> None:
    before = on_disk(settings)
    version = stored(world, world.one, "secret.txt", b"the secret of Willow" * 50)
    [path] = on_disk(settings) - before
    assert path == file_path(version.pk)
    assert b"Willow" not in path.read_bytes()
    assert "secret" not in str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not Upload.objects.exists()


def test_an_upload_cut_in_the_middle_leaves_nothing(world: SimpleNamespace, settings: Any) -> None:
    before = on_disk(settings)
    whole = part("file", PAPER, "a.pdf") + WHOLE
    for length in (150_000, 300_100, len(whole) - len(END) - 8, len(part("file", b"", "a.pdf"))):
        answer = post(world, whole[:length])
        assert answer.status_code == 422, length
        assert answer.json()["problem"]
        assert on_disk(settings) == before
    assert not File.objects.exists()
    assert not Upload.objects.exists()
    assert post(world, whole).status_code == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\evil.pdf", "evil.pdf"),
        ("fdp.\u202etnega", "fdp.tnega"),
    ],
)
def test_paths_and_direction_marks_are_stripped_and_the_name_is_said(
    world: SimpleNamespace, sent: str, kept: str
) -> None:
    client = client_of(world.ming)
    answer = post(world, part("file", b"%PDF-1.7", sent) + WHOLE, client)
    assert answer.status_code == 200
    page = client.get(answer.json()["address"]).content.decode()
    assert f"Sealed as {kept}." in page


@pytest.mark.parametrize(
    ("name", "said"), [("..", "Choose a file."), ("a" * 201, "at most 200"), ("a?b", "hold")]
)
def test_a_name_that_cannot_be_kept_gets_a_clear_message(
    world: SimpleNamespace, settings: Any, name: str, said: str
) -> None:
    before = on_disk(settings)
    answer = post(world, part("file", b"x", name) + WHOLE)
    assert answer.status_code == 422
    assert said in answer.json()["problem"]
    assert on_disk(settings) == before


def test_too_large_is_refused_while_it_streams_and_before(world: SimpleNamespace, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    before = on_disk(settings)
    slightly = part("file", bytes(1024 * 1024 + 10), "a.pdf") + WHOLE
    grossly = part("file", bytes(3 * 1024 * 1024), "a.pdf") + WHOLE
    for body in (slightly, grossly):
        answer = post(world, body)
        assert answer.status_code == 422
        assert "at most 1 MB" in answer.json()["problem"]
    assert on_disk(settings) == before
    assert not Upload.objects.exists()


def test_all_files_of_one_upload_or_none(world: SimpleNamespace, settings: Any) -> None:
    before = on_disk(settings)
    body = part("file", b"x" * 9, "a.pdf") + part("file", b"y", "b|c.pdf") + WHOLE
    assert post(world, body).status_code == 422
    assert on_disk(settings) == before
    assert not FileVersion.objects.exists()


def test_a_form_from_another_site_stores_nothing(world: SimpleNamespace, settings: Any) -> None:
    before = on_disk(settings)
    client = Client(enforce_csrf_checks=True)
    with acting_as(Origin()):
        signed_in(client, world.ming)
    body = part("file", b"x" * 9, "a.pdf") + WHOLE
    assert post(world, body, client).status_code == 403
    assert on_disk(settings) == before


def test_somebody_shut_out_while_the_upload_runs_keeps_nothing(
    world: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = on_disk(settings)
    finish = SealedWriter.finish

    def shut_out_at_the_last_chunk(writer: SealedWriter) -> Any:
        DealMember.objects.filter(user=world.ming).delete()
        return finish(writer)

    monkeypatch.setattr(SealedWriter, "finish", shut_out_at_the_last_chunk)
    body = part("file", b"x" * 9, "a.pdf") + WHOLE
    assert post(world, body).status_code == 404
    assert on_disk(settings) == before
    assert not File.objects.exists()


def resident() -> int:
    """Bytes of memory that this process holds now."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


class Endless(io.RawIOBase):
    """The body of a large upload, made as it is read; it watches the memory of whoever reads it."""

    def __init__(self, size: int) -> None:
        head, self._tail = part("file", b"", "big.bin")[:-2], b"\r\n" + WHOLE
        self._left, self.length = size, size + len(head) + len(self._tail)
        self._block, self._buffer = os.urandom(65536), head
        self.peak = 0

    def read(self, size: int = -1) -> bytes:
        size = 65536 if size < 0 else size
        while len(self._buffer) < size and self._left:
            block = self._block[: min(self._left, 65536)]
            self._left -= len(block)
            self._buffer += block
            if not self._left:
                self._buffer += self._tail
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        if self._left % (8 * 1024**2) < 65536:
            self.peak = max(self.peak, resident())
        return taken


def test_memory_stays_flat_for_300_megabytes(world: SimpleNamespace) -> None:
    size = 300 * 1024**2
    stored(world, world.one, "warm.bin", bytes(2 * 1024**2))
    body, client, before = Endless(size), client_of(world.ming), resident()
    address = reverse("deals:upload", args=[world.deal.pk, world.one.pk])
    sent = {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": str(body.length)}
    answer = client.generic(
        "POST", address, headers={"accept": "application/json"}, **sent, **{"wsgi.input": body}
    )
    assert answer.status_code == 200
    version = FileVersion.objects.get(size=size)
    assert 0 < body.peak < before + 24 * 1024**2
    file_path(version.pk).unlink()


def test_the_sweep_removes_what_a_killed_upload_left_and_nothing_else(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"kept")
    dead, fresh = uuid4(), uuid4()
    for upload_id, age in ((dead, 25), (fresh, 1)):
        Upload.objects.create(id=upload_id, started_at=timezone.now() - timedelta(hours=age))
        draft = file_path(upload_id)
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.with_name(draft.name + ".part").write_bytes(b"x")
    assert sweep_unfinished() == 1
    assert sweep_unfinished() == 0
    assert not file_path(dead).with_name(f"{dead.hex}.sealed.part").exists()
    assert file_path(fresh).with_name(f"{fresh.hex}.sealed.part").exists()
    assert file_path(version.pk).exists()
    file_path(fresh).with_name(f"{fresh.hex}.sealed.part").unlink()

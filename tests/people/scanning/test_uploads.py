"""The scanner's word lets a file in or keeps it out, and every form takes its files by the scanned field."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from audit.actions import Action, ObjectType, Reason, Result
from audit.entry import Entry
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.scanning.services import Unclean, code_of, require_clean
from people.training.records import OutsideCertificate
from people.uploads import ScannedField
from tests.cast import cast, client_of
from tests.people.scanning.clamd_server import EICAR, Clamd, clamd

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
LAYERS = ("audit", "people", "vault", "deals", "compliance", "config")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def scanner(settings: Any) -> Iterator[Clamd]:
    with clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def entry_of(thing: Any) -> Entry:
    return Entry(action=Action.FILE_UPLOAD, object_type=ObjectType.FOLDER, object_id=thing)


def refusal_of(thing: Any) -> LogEntry:
    return LogEntry.objects.get(object_id=thing)


def test_what_is_found_is_refused_and_named_in_the_log(scanner: Clamd) -> None:
    thing = uuid4()
    with acting_as(Origin()), pytest.raises(Unclean, match="eicar_hdb-1"):
        require_clean([EICAR], entry_of(thing))
    said = refusal_of(thing)
    assert (said.result, said.reason) == (Result.REFUSED, Reason.INFECTED)
    assert said.fields == ["virus.win.test.eicar_hdb-1"]


@pytest.mark.parametrize("said", [b"", b"stream: OK", b"stream: Can't allocate memory ERROR\0"])
def test_a_scanner_that_errs_lets_nothing_in(scanner: Clamd, said: bytes) -> None:
    scanner.answer = lambda data: said
    thing = uuid4()
    with acting_as(Origin()), pytest.raises(Unclean):
        require_clean([PNG], entry_of(thing))
    assert (refusal_of(thing).result, refusal_of(thing).reason) == (Result.REFUSED, Reason.NOT_SCANNED)


def test_a_scanner_that_hangs_lets_nothing_in(scanner: Clamd, settings: Any) -> None:
    scanner.silent, settings.CLAMD_SECONDS = True, 0.2
    thing = uuid4()
    with acting_as(Origin()), pytest.raises(Unclean):
        require_clean([PNG], entry_of(thing))
    assert refusal_of(thing).reason == Reason.NOT_SCANNED


def test_a_scanner_that_is_down_lets_nothing_in(settings: Any, tmp_path: Path) -> None:
    settings.CLAMD_ADDRESS = str(tmp_path / "none.sock")
    thing = uuid4()
    with acting_as(Origin()), pytest.raises(Unclean):
        require_clean([PNG], entry_of(thing))
    assert refusal_of(thing).reason == Reason.NOT_SCANNED


def test_a_file_that_is_too_large_for_it_is_said_to_be(scanner: Clamd) -> None:
    scanner.limit = 10
    with acting_as(Origin()):
        with pytest.raises(Unclean) as large:
            require_clean([PNG], entry_of(uuid4()))
        scanner.limit, scanner.answer = None, lambda data: b""
        with pytest.raises(Unclean) as failed:
            require_clean([PNG], entry_of(uuid4()))
    assert large.value.message != failed.value.message


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ("Eicar-Signature", "eicar-signature"),
        ("{HEX}php.shell/张三", "_hex_php.shell___"),
        ("Worm(44d88612fea8a8f36de82e1278abb02f:68)", "worm"),
        ("A" * 200, "a" * 58),
    ],
)
def test_any_name_becomes_a_code_of_the_log(found: str, code: str) -> None:
    assert code_of(found) == code
    Entry(action=Action.FILE_UPLOAD, object_type=ObjectType.FILE, object_id=None, fields=(f"virus.{code}",))


class TestForms:
    """By the page on which anybody of the house sends in the scan of a certificate."""

    GIVEN = {"title": "CIPP", "issuer": "IAPP", "number": "1", "issued_on": "2024-01-02"}

    def send(self, person: Any, data: bytes) -> Any:
        evidence = SimpleUploadedFile("secret-name.png", data)
        return client_of(person).post(
            reverse("people:training_outside"), {**self.GIVEN, "evidence": evidence}
        )

    def test_what_is_found_is_an_error_of_its_field_and_nothing_is_kept(
        self, people: SimpleNamespace, scanner: Clamd
    ) -> None:
        answer = self.send(people.ming, PNG + EICAR)
        assert scanner.seen == [PNG + EICAR]
        assert "win.test.eicar_hdb-1" in answer.content.decode()
        assert not OutsideCertificate.objects.exists()
        said = LogEntry.objects.get(actor=people.ming.pk, reason=Reason.INFECTED)
        assert (said.action, said.result) == (Action.REQUEST_REFUSE, Result.REFUSED)
        assert said.fields == ["people.training_outside", "virus.win.test.eicar_hdb-1"]
        assert b"secret-name" not in bytes(said.leaf)

    def test_what_passes_is_kept_whole(self, people: SimpleNamespace, scanner: Clamd) -> None:
        assert self.send(people.ming, PNG).status_code == 302
        assert scanner.seen == [PNG]
        assert OutsideCertificate.objects.get().evidence.size == len(PNG)

    def test_without_an_answer_nothing_is_kept(
        self, people: SimpleNamespace, settings: Any, tmp_path: Path
    ) -> None:
        settings.CLAMD_ADDRESS = str(tmp_path / "none.sock")
        assert self.send(people.ming, PNG).status_code == 200
        assert not OutsideCertificate.objects.exists()
        assert LogEntry.objects.filter(actor=people.ming.pk, reason=Reason.NOT_SCANNED).exists()


def all_forms(of: type = forms.BaseForm) -> Iterator[type]:
    for found in of.__subclasses__():
        yield found
        yield from all_forms(found)


def test_no_form_takes_a_file_by_another_field() -> None:
    assert get_resolver().reverse_dict  # every page, and with it every form, is loaded
    files = [
        (form, field)
        for form in all_forms()
        if form.__module__.split(".")[0] in LAYERS
        for field in form.base_fields.values()  # type: ignore[attr-defined]
        if isinstance(field, forms.FileField)
    ]
    assert len(files) > 5
    assert [form for form, field in files if not isinstance(field, ScannedField)] == []


@pytest.mark.parametrize(
    ("words", "known"),
    [
        # A new way in has to ask the scanner, and then stands here.
        (r"forms\.(?:File|Image)Field\b", {"people/uploads.py"}),
        (
            r"\(FileUploadHandler\)",
            {"people/uploads.py", "vault/files/uploads.py", "deals/files/uploading.py"},
        ),
        (
            r"from vault\.files\.uploads import",
            {"vault/records/importing/views.py", "vault/disclosures/officer_views.py"},
        ),
        (
            r"request\.FILES(?:\.get|\[)",
            {"vault/records/importing/views.py", "vault/disclosures/officer_views.py"},
        ),
        (r"request\.(?:read\(|body\b)", {"deals/seals/callback.py", "people/notices/robots/door.py"}),
    ],
)
def test_the_ways_by_which_a_file_comes_in_are_these(words: str, known: set[str]) -> None:
    found = {
        str(path.relative_to(ROOT))
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*.py")
        if re.search(words, path.read_text())
    }
    assert found == known

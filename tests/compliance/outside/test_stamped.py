"""Documents bear the mark of the seat that took them, alone or in an evidence ZIP: on every page, in its
pixels."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from psycopg2.extensions import connection as Connection

from audit.origin import Origin, acting_as
from compliance.outside import bundles
from compliance.outside.evidence import OutsideFile
from compliance.outside.files import checked
from compliance.outside.marks import house_mark, page_mark, seat_mark
from compliance.outside.models import OutsideSeat
from compliance.outside.stamping import stamped, stamped_name
from deals.files.sniffing import MediaType
from deals.viewer.rendering import draw_page
from deals.viewer.stamping import Mark, stamp
from people.accounts.models import User
from people.locks.standing import LockedMeanwhile
from tests.audit.checkpoints.conftest import folders
from tests.cast import cast, client_of
from tests.compliance.outside import making
from tests.compliance.outside.test_bundles import made, taken
from tests.compliance.proofs.signed import lasting_keys, signed
from tests.deals.redaction.papers import Page, pdf
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible

__all__ = ["folders", "lasting_keys"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]

WORDS = ("Minutes of the first meeting", "Minutes of the second meeting")


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


def minutes() -> bytes:
    return pdf(*(Page(((72, 700, words),)) for words in WORDS))


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(file, "PNG")
    return file.getvalue()


def burnt(data: bytes, number: int, mark: Mark, kind: MediaType = MediaType.PDF) -> bytes:
    """The page as the viewer's code marks it."""
    return stamp(draw_page([data], kind, number).image, mark)


def test_each_page_bears_the_mark_of_the_seat_that_took_it(
    people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, originals = making.seated(people), (minutes(), picture())
    given = [checked(data, size=len(data)) for data in originals]
    making.answered(people, seat, files=given)
    signed(superuser, monkeypatch)
    bundle = made(seat)
    with zipfile.ZipFile(io.BytesIO(taken(seat, bundle))) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    [paper] = [name for name in files if name.endswith(".pdf")]
    [shown] = [name for name in files if name.endswith(".jpg")]
    assert not [name for name in files if name.endswith(".png")]
    mark = page_mark(seat, bundle.asked_at)
    assert mark.text.startswith(seat_mark(seat).rpartition(" · ")[0])
    assert mark.text.endswith(str(seat.pk)[-8:])
    assert seat.person.display_name not in mark.text
    others = replace(mark, person_id=uuid4())
    for number in (1, 2):  # the very pixels of this seat's pages, and of no other's
        assert burnt(originals[0], number, mark) in files[paper]
        assert burnt(originals[0], number, others) not in files[paper]
    assert files[shown] == burnt(originals[1], 1, mark, MediaType.PNG)
    assert not [name for name, data in files.items() if data in originals]
    read = pypdfium2.PdfDocument(files[paper])
    assert [page.get_textpage().get_text_range() for page in read] == ["", ""]
    assert [round(page.get_width()) for page in read] == [595, 595]
    said = json.loads(files["manifest.note"].decode().split("\n", 1)[1].split("\n\n—")[0])
    assert said["originals"] == {
        paper: sha256(originals[0]).hexdigest(),
        shown: sha256(originals[1]).hexdigest(),
    }
    assert said["files"][paper] == sha256(files[paper]).hexdigest()
    with acting(seat.person):
        assert bundles.contents(bundle)[paper] == files[paper]  # the same however often it is made


def downloaded(seat: OutsideSeat, file: OutsideFile) -> tuple[str, bytes, list[Mark]]:
    """A single file as its browser saves it: the name, the bytes, and the marks that the second in which it
    was asked for may have made."""
    address, since = reverse("compliance:seat_file", args=[seat.audit_id, file.pk]), timezone.now()
    answer: Any = client_of(seat.person).get(address)
    assert answer.status_code == 200
    asked = int((timezone.now() - since).total_seconds()) + 2
    marks = [page_mark(seat, since + timedelta(seconds=second)) for second in range(asked)]
    name = re.search(r'filename="([^"]+)"', answer["Content-Disposition"])
    assert name
    return name[1], b"".join(answer.streaming_content), marks


def test_a_single_file_bears_the_same_mark(people: SimpleNamespace) -> None:
    seat, originals = making.seated(people), (minutes(), picture())
    making.answered(people, seat, files=[checked(data, size=len(data)) for data in originals])
    kept = OutsideFile.objects.filter(audit=seat.audit)
    name, paper, marks = downloaded(seat, kept.get(extension="pdf"))
    assert name.endswith(".pdf")
    [mark] = [one for one in marks if burnt(originals[0], 1, one) in paper]
    assert burnt(originals[0], 2, mark) in paper
    assert burnt(originals[0], 1, replace(mark, person_id=uuid4())) not in paper
    read = pypdfium2.PdfDocument(paper)
    assert [page.get_textpage().get_text_range() for page in read] == ["", ""]
    name, shown, marks = downloaded(seat, kept.get(extension="png"))
    assert name.endswith(".jpg")
    assert shown in [burnt(originals[1], 1, one, MediaType.PNG) for one in marks]
    table = kept.get(extension="csv")
    name, rows, _marks = downloaded(seat, table)
    assert name.endswith(".csv")
    assert sha256(rows).digest() == bytes(table.digest)  # as in the ZIP: it says whom it is for in its text
    assert house_mark(seat.audit).encode() in rows


def test_the_report_bears_it_too(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    making.uploaded(seat)
    _name, paper, marks = downloaded(seat, OutsideFile.objects.get(audit=seat.audit))
    assert any(burnt(making.paper(), 1, mark) in paper for mark in marks)


def test_attack_a_single_file_that_cannot_be_marked_is_not_given_out(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, data = making.seated(people), minutes()
    making.answered(people, seat, files=[checked(data, size=len(data))])
    monkeypatch.setattr("deals.viewer.stamping._everywhere", lambda before, after: False)
    kept = OutsideFile.objects.get(audit=seat.audit, extension="pdf")
    answer: Any = client_of(seat.person).get(
        reverse("compliance:seat_file", args=[seat.audit_id, kept.pk]), follow=True
    )
    assert "cannot be marked" in answer.content.decode()


def test_attack_a_seat_that_closes_between_two_pages_gets_no_second(people: SimpleNamespace) -> None:
    seat, data = making.seated(people), minutes()
    making.answered(people, seat, files=[checked(data, size=len(data))])
    kept = OutsideFile.objects.get(audit=seat.audit, extension="pdf")
    answer: Any = client_of(seat.person).get(reverse("compliance:seat_file", args=[seat.audit_id, kept.pk]))
    pieces = iter(answer.streaming_content)
    assert next(pieces)
    User.objects.filter(pk=seat.person_id).update(is_active=False, disabled_at=timezone.now())
    with pytest.raises(LockedMeanwhile):
        next(pieces)


def test_too_many_pages_are_refused(
    people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, data = making.seated(people), minutes()
    making.answered(people, seat, files=[checked(data, size=len(data))])
    signed(superuser, monkeypatch)
    bundle = made(seat)
    monkeypatch.setattr(bundles, "MOST_PAGES", 1)
    with acting(seat.person), pytest.raises(NotPossible, match="too much"):
        bundles.contents(bundle)


@pytest.mark.parametrize("extension", ["pdf", "png", "jpg"])
def test_attack_what_cannot_be_marked_is_not_given_out(people: SimpleNamespace, extension: str) -> None:
    seat = making.seated(people)
    with pytest.raises(NotPossible, match="cannot be marked"):
        next(stamped(b"%PDF-1.5 and nothing else", extension, page_mark(seat, seat.added_at)))


def test_a_marked_picture_is_a_jpeg_and_is_called_so() -> None:
    names = [stamped_name(f"requests/001-01-answer.{end}", end) for end in ("pdf", "png", "jpg")]
    assert [name.rpartition(".")[2] for name in names] == ["pdf", "jpg", "jpg"]

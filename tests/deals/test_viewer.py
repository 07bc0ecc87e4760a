"""Page images: stamped or refused, drawn in a process with limits."""

import io
import struct
import zlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from audit.models import LogEntry
from deals.files.sniffing import MediaType, sniff
from deals.viewer import rendering, stamping
from deals.viewer.rendering import Unshowable, count_pages, draw_page
from deals.viewer.stamping import Mark, NotStamped, readable, stamp
from tests.cast import client_of
from tests.deals.scene import stored

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def mark(name: str = "欧阳明", **more: Any) -> Mark:
    return Mark(name=name, person_id=UUID(int=7), code_name="杨柳", at=NOON, **more)


def pdf(pages: int = 1, *, wide: float = 595, tall: float = 842) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(wide, tall)
    data = io.BytesIO()
    document.save(data)
    document.close()
    return data.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), colour: str = "white") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize("colour", ["white", "black", "#808080", "#3c3c3c", "#c8c8c8", "red"])
@pytest.mark.parametrize("size", [(1400, 1980), (300, 200), (1400, 60), (40, 900)])
def test_the_stamp_is_seen_on_any_ground(colour: str, size: tuple[int, int]) -> None:
    clean = Image.new("RGB", size, colour)
    stamped = Image.open(io.BytesIO(stamp(clean, mark()))).convert("RGB")
    difference = ImageChops.difference(clean, stamped).convert("L")
    assert difference.getextrema()[1] > 12


def test_each_quarter_of_a_page_is_stamped() -> None:
    clean = Image.new("RGB", (1400, 1980), "white")
    stamped = Image.open(io.BytesIO(stamp(clean, mark()))).convert("RGB")
    for x in (0, 700):
        for y in (0, 990):
            box = (x, y, x + 700, y + 990)
            assert ImageChops.difference(clean, stamped).crop(box).convert("L").getextrema()[1] > 12


def test_two_viewers_get_different_pages() -> None:
    clean = Image.new("RGB", (700, 990), "white")
    assert stamp(clean, mark("张三")) != stamp(clean, mark("李四"))
    assert stamp(clean, mark("张三", network="10.0.0.0/24")) != stamp(clean, mark("张三"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张三"),
        ("𠮷野", "[20BB7]野"),
        ("Zoë 😀", "Zoë [1F600]"),
        ("a\u202eb", "a[202E]b"),
        ("a\nb", "a[A]b"),
    ],
)
def test_rare_characters_emoji_and_marks_are_written_as_code_points(name: str, shown: str) -> None:
    assert readable(name) == shown


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=80))
def test_any_name_is_stamped(name: str) -> None:
    assert stamp(Image.new("RGB", (300, 200), "white"), mark(name))[:2] == b"\xff\xd8"


def test_i3_a_missing_font_refuses_and_serves_no_clean_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping, "FONT", stamping.FONT.with_name("missing.ttf"))
    stamping._font.cache_clear()
    with pytest.raises(NotStamped):
        stamp(Image.new("RGB", (300, 200), "white"), mark())
    stamping._font.cache_clear()


def test_i3_a_stamp_that_changes_nothing_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping, "STRENGTH", 0)
    with pytest.raises(NotStamped):
        stamp(Image.new("RGB", (300, 200), "white"), mark())


def test_pages_are_counted_and_drawn() -> None:
    data = pdf(3)
    assert count_pages([data], MediaType.PDF) == 3
    assert draw_page([data[:100], data[100:]], MediaType.PDF, 3).image.size == (1400, 1982)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_pictures_are_drawn(kind: str) -> None:
    data = picture(kind)
    assert sniff(data).viewable
    assert draw_page([data], sniff(data), 1).image.size == (300, 200)


def bomb() -> bytes:
    """A PNG of some hundred bytes that claims 50,000 × 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\nnot a pdf", MediaType.PDF),
        (pdf()[:200], MediaType.PDF),
        (b"", MediaType.PDF),
        (bomb(), MediaType.PNG),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), MediaType.PNG),
        (picture("PNG"), MediaType.PDF),
        (b"PK\x03\x04", MediaType.ZIP),
        (b"text", MediaType.OTHER),
    ],
)
def test_i10_hostile_and_broken_files_are_refused(data: bytes, kind: MediaType) -> None:
    with pytest.raises(Unshowable):
        draw_page([data], kind, 1)


@pytest.mark.parametrize("page", [2, 0, -1, 2001])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    with pytest.raises(Unshowable):
        draw_page([pdf()], MediaType.PDF, page)


def test_a_huge_sheet_is_drawn_within_bounds() -> None:
    assert draw_page([pdf(wide=14400, tall=14400)], MediaType.PDF, 1).image.size == (1400, 1400)
    narrow = draw_page([pdf(wide=10, tall=14400)], MediaType.PDF, 1).image
    assert narrow.height <= 5601


def test_the_parser_sees_nothing_of_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    program, seen = tmp_path / "spy.py", tmp_path / "seen"
    program.write_text(f"import os\nopen({str(seen)!r}, 'w').write(repr(sorted(os.environ)))\n")
    monkeypatch.setattr(rendering, "SANDBOX", program)
    with pytest.raises(Unshowable):
        draw_page([pdf()], MediaType.PDF, 1)
    assert seen.read_text() == "['LC_ALL']"


def test_a_file_larger_than_the_bound_is_refused(settings: Any) -> None:
    settings.VIEW_MAX_BYTES = 1000
    with pytest.raises(Unshowable):
        draw_page([bytes(600), bytes(600)], MediaType.PDF, 1)


def test_a_parser_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    program = tmp_path / "hang.py"
    program.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(rendering, "SANDBOX", program)
    monkeypatch.setattr(rendering, "SECONDS", 0.5)
    with pytest.raises(Unshowable):
        draw_page([pdf()], MediaType.PDF, 1)


@pytest.mark.parametrize(
    "does",
    [
        "os.write(1, b'\\0\\0\\0\\1' + b'\\0\\0\\1\\0' * 2 + b'short')",
        "os.write(1, b'\\xff' * 12)",
        "while True: os.write(1, bytes(65536))",
        "sys.exit(1)",
        "os.kill(os.getpid(), 9)",
    ],
)
def test_a_parser_taken_over_can_answer_only_pixels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, does: str
) -> None:
    program = tmp_path / "liar.py"
    program.write_text(f"import os\nimport sys\n{does}\n")
    monkeypatch.setattr(rendering, "SANDBOX", program)
    with pytest.raises(Unshowable):
        draw_page([pdf()], MediaType.PDF, 1)


@pytest.mark.django_db
def test_i3_each_page_shown_is_an_entry_and_a_failure_shows_nothing(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = stored(world, world.one, "a.pdf", pdf(2))
    browser = client_of(world.bo)
    path = reverse("deals:page", args=[world.deal.pk, version.pk, 2])
    assert browser.get(path).status_code == 200
    entry = LogEntry.objects.get(actor=world.bo.pk, action="file.view_page", deal=world.deal.pk)
    assert entry.object_id == version.file_id
    assert entry.fields == ["version.1", "page.2"]
    assert version.file_key_id in entry.keys
    monkeypatch.setattr(stamping, "STRENGTH", 0)
    answer = browser.get(path)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert b"\xff\xd8" not in answer.content


@pytest.mark.django_db
def test_a_damaged_pdf_says_so_on_its_page(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.pdf", b"%PDF-1.7 nothing")
    answer = client_of(world.bo).get(reverse("deals:file", args=[world.deal.pk, version.file_id]))
    assert "This file cannot be shown as pages." in answer.content.decode()

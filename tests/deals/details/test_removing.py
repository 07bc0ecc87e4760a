"""What a file says about its making goes, and what it shows stays."""

import zipfile
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from python_calamine import CalamineWorkbook

from deals.details import pictures, removing
from deals.details.faults import Damaged, Locked, Signed, Unremovable
from deals.details.removing import Way, way_of, without_details
from tests.deals.details import files
from tests.deals.redaction.papers import Page, hostile, pdf


def cleaned(data: bytes, way: Way) -> bytes:
    with without_details([data], len(data), way) as pieces:
        return b"".join(pieces)


def pixels(data: bytes) -> Any:
    """As it is looked at: turned as its camera was held."""
    image = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    return image.size, image.convert("RGB").tobytes()


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("make", [files.jpeg, files.png, files.webp])
def test_a_picture_looks_the_same_and_says_nothing(make: Any, turn: int) -> None:
    data = make(turn)
    assert len(set(files.found_in(data))) >= 4
    clean = cleaned(data, Way.PICTURE)
    assert files.found_in(clean) == []
    assert pixels(clean) == pixels(data)
    assert dict(Image.open(BytesIO(clean)).getexif()) == ({0x0112: 6} if turn == 6 else {})
    assert pictures.without_details(clean) == clean


def test_a_jpeg_in_several_scans_keeps_its_colours() -> None:
    data = files.jpeg(progressive=True, icc_profile=b"a profile of colours")
    clean = cleaned(data, Way.PICTURE)
    assert pixels(clean) == pixels(data)
    assert Image.open(BytesIO(clean)).info["icc_profile"] == b"a profile of colours"


def test_a_jpeg_that_was_cut_off_is_shown_as_far_as_it_goes() -> None:
    file = BytesIO()
    files.drawn().save(file, "JPEG")
    assert pictures.without_details(file.getvalue()[:-2]) == pictures.without_details(file.getvalue())


@given(st.binary(max_size=300), st.integers(0, 600))
def test_damaged_pictures_are_cleaned_or_refused(noise: bytes, at: int) -> None:
    for data in (files.jpeg(), files.png(), files.webp()):
        try:
            clean = pictures.without_details(data[:at] + noise + data[at + len(noise) :])
        except Damaged:
            continue
        assert len(clean) <= len(data) + len(noise) + 64


def test_a_pdf_keeps_its_pages_and_says_nothing() -> None:
    data = files.paper()
    assert set(files.found_in(data)) >= {files.WHO, files.HOUSE, files.DEVICE, files.DISK}
    clean = cleaned(data, Way.PDF)
    assert files.found_in(clean) == []
    before, after = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument(clean)
    assert len(before) == len(after) == 1
    assert before[0].render().to_pil().tobytes() == after[0].render().to_pil().tobytes()
    assert files.SHOWN in after[0].get_textpage().get_text_range()
    assert not any(after.get_metadata_dict().values())
    for kept in (b"(a remark)", b"(price)", b"/DCTDecode"):
        assert kept in clean


def test_a_pdf_loses_what_was_replaced_in_it() -> None:
    clean = cleaned(hostile(), Way.PDF)
    for word in (b"Metawords", b"Xmpwords", b"Earlierwords"):
        assert word in hostile()
        assert word not in clean
    assert b"Attachedwords" in clean  # content, which stays


def test_a_word_file_keeps_its_text_and_names_nobody() -> None:
    data = files.document(word__embeddings__a_dot_xlsx=files.sheet())
    assert set(files.found_in(data)) >= {files.WHO, files.HOUSE, files.DEVICE, files.DISK}
    clean = cleaned(data, Way.OFFICE)
    assert files.found_in(clean) == []
    with zipfile.ZipFile(BytesIO(clean)) as parts:
        names = parts.namelist()
        assert not any("docProps" in name for name in names)
        assert {"word/comments.xml", "word/media/image1.jpeg"} <= set(names)
        text = parts.read("word/document.xml").decode()
        assert "What the page shows" in text
        assert 'w:author="Author"' in text
        assert 'o:Ignorable="w"' in text
        assert (
            "docProps" not in parts.read("[Content_Types].xml").decode() + parts.read("_rels/.rels").decode()
        )
        assert "attachedTemplate" not in parts.read("word/settings.xml").decode()
        assert b"a remark" in parts.read("word/comments.xml")
        assert {part.date_time[0] for part in parts.infolist()} == {1980}


def test_a_workbook_opens_with_its_cells() -> None:
    assert files.WHO in files.found_in(files.sheet())
    clean = cleaned(files.sheet(), Way.OFFICE)
    assert files.found_in(clean) == []
    rows = CalamineWorkbook.from_filelike(BytesIO(clean)).get_sheet_by_index(0).to_python()
    assert rows == [["year", 2026.0]]


def entity() -> bytes:
    return files.document(
        word__comments_dot_xml=b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    )


def locked_paper() -> bytes:
    """Readable without a password, and not to be changed without one."""
    writer, out = copy_into_new_writer(PdfFileReader(BytesIO(pdf(Page())))), BytesIO()
    writer.encrypt(owner_pass="owner", user_pass="")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "way", "fault"),
    [
        (files.paper(signed=True), Way.PDF, Signed),
        (files.document(_xmlsignatures__a_dot_xml=b"<x/>"), Way.OFFICE, Signed),
        (b"%PDF-1.7 nothing", Way.PDF, Damaged),
        (b"", Way.PICTURE, Damaged),
        (b"\xff\xd8\xff\xe1\xff\xff", Way.PICTURE, Damaged),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR", Way.PICTURE, Damaged),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff", Way.PICTURE, Damaged),
        (b"PK\x03\x04", Way.OFFICE, Damaged),
        (entity(), Way.OFFICE, Damaged),
        (files.document(word__comments_dot_xml=b"<x>"), Way.OFFICE, Damaged),
    ],
)
def test_what_cannot_be_cleaned_is_said(data: bytes, way: Way, fault: type[Unremovable]) -> None:
    with pytest.raises(Unremovable) as raised:
        cleaned(data, way)
    assert type(raised.value) is fault


def test_a_locked_pdf_is_said_to_be_locked() -> None:
    with pytest.raises(Locked):
        cleaned(locked_paper(), Way.PDF)


def test_attack_office_files_within_each_other_without_end() -> None:
    data = files.document()
    for _depth in range(6):
        data = files.document(word__embeddings__a_dot_docx=data)
    with pytest.raises(Damaged):
        cleaned(data, Way.OFFICE)


def test_attack_an_archive_that_unpacks_to_more_than_there_is_memory() -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        with made.open("word/document.xml", "w", force_zip64=True) as part:
            for _megabyte in range(600):
                part.write(bytes(1024**2))
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("_rels/.rels", "<Relationships/>")
    with pytest.raises(Damaged):
        cleaned(bomb.getvalue(), Way.OFFICE)


def test_attack_a_parser_taken_over_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    program = tmp_path / "taken.py"
    monkeypatch.setattr(removing, "SANDBOX", program)
    program.write_text("import os\nwhile True: os.write(1, bytes(65536))")
    with pytest.raises(Damaged):
        cleaned(b"x", Way.PDF)
    program.write_text("import os, sys\nos.write(1, b'half')\nsys.exit(9)")
    with pytest.raises(Damaged):
        cleaned(b"x", Way.PDF)
    monkeypatch.setattr(removing, "SECONDS", 0.5)
    program.write_text("import time\ntime.sleep(600)")
    with pytest.raises(Damaged):
        cleaned(b"x", Way.PDF)


def test_the_parser_sees_nothing_of_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    program = tmp_path / "looks.py"
    program.write_text("import os, sys\nos.write(1, repr((sorted(os.environ), sys.flags.isolated)).encode())")
    monkeypatch.setattr(removing, "SANDBOX", program)
    assert cleaned(b"x", Way.PDF) in {b"(['LC_ALL'], 1)", b"(['LC_ALL', 'LC_CTYPE'], 1)"}


@pytest.mark.parametrize(
    ("name", "head", "way"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0", Way.PICTURE),
        ("no ending", b"%PDF-1.7", Way.PDF),
        ("a.xlsx", b"PK\x03\x04", Way.OFFICE),
        ("a.csv", "姓名".encode(), Way.NONE_THERE),
        ("a.bmp", b"BM", Way.NONE_THERE),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),  # locked with a password
        ("a.zip", b"PK\x03\x04", None),
        ("a.html", b"<html>", None),
        ("a.tif", b"II*\x00", None),
        ("a.bin", b"\x00", None),
    ],
)
def test_the_way_is_told_from_bytes_and_ending(name: str, head: bytes, way: Way | None) -> None:
    assert way_of(name, head) is way

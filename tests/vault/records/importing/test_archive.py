"""XLSX files made to harm, and ZIPs that are none."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.records.importing.books import HEAD, ZHANG, book, good, read_sheet, sheet_xml, with_parts
from vault.records.importing.archive import Extent
from vault.records.importing.problems import SheetError

SHEET = "xl/worksheets/sheet1.xml"


def refused(file: io.BytesIO) -> str:
    with pytest.raises(SheetError) as error:
        read_sheet(file, "list.xlsx")
    return error.value.code


def test_a_zip_bomb() -> None:
    bomb = with_parts(book(HEAD, ZHANG), {SHEET: sheet_xml(" " * 300_000_000)})
    assert len(bomb.getvalue()) < 2_000_000
    assert refused(bomb) == "sheet.bomb"


def test_a_bomb_that_lies_about_its_size() -> None:
    file = with_parts(book(HEAD, ZHANG), {"xl/media/x.png": bytes(100_000_000)})
    raw = bytearray(file.getvalue())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.rfind(signature)
        struct.pack_into("<I", raw, place + offset, 1_000)
    assert refused(io.BytesIO(bytes(raw))) in {"sheet.bomb", "sheet.damaged"}


def test_too_many_parts() -> None:
    assert refused(with_parts(book(HEAD), {f"xl/media/{n}": b"" for n in range(2_001)})) == "sheet.bomb"


def test_an_archive_inside() -> None:
    assert refused(with_parts(book(HEAD), {"xl/inner.zip": b"PK"})) == "sheet.bomb"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="str"><v>x</v></c></row><row r="1048576"><c r="A1048576"/></row>',
        '<row r="1"><c spans="a>b" r="XFD1"/></row>',
        "<row>" + "<c/>" * 300 + "</row>",
        '<x:row xmlns:x="http://x" r="2000000"/>',
    ],
)
def test_a_sheet_far_wider_or_longer_than_its_content(rows: str) -> None:
    file = with_parts(book(HEAD), {SHEET: sheet_xml(rows)})
    assert refused(file) in {"sheet.rows", "sheet.columns"}


def test_a_large_empty_rectangle() -> None:
    rows = '<row r="1"><c r="GR1"/></row><row r="900000"><c r="A900000"/></row>'
    assert refused(with_parts(book(HEAD), {SHEET: sheet_xml(rows)})) == "sheet.area"


def test_entities_and_other_encodings_of_xml() -> None:
    assert refused(with_parts(book(HEAD), {SHEET: b"<!DOCTYPE x>" + sheet_xml("")})) == "sheet.damaged"
    utf16 = sheet_xml("").decode().encode("utf-16")
    assert refused(with_parts(book(HEAD), {SHEET: utf16})) == "sheet.damaged"


def test_a_tag_over_the_edge_of_a_chunk_is_seen() -> None:
    padding = "".join(chr(33 + n % 90) for n in range(1_048_576 - 110)).replace("<", "x").replace("&", "y")
    for shift in range(0, 40, 5):
        rows = f'<!--{padding[shift:].replace("-", "z").replace(">", "z")}--><row r="1"><c r="ZZ1"/></row>'
        assert refused(with_parts(book(HEAD), {SHEET: sheet_xml(rows)})) == "sheet.columns"


def test_a_zip_renamed_xlsx() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.txt", "x")
    assert refused(file) == "sheet.not_xlsx"


def test_text_renamed_xlsx() -> None:
    assert refused(io.BytesIO("姓名,手机\n".encode())) == "sheet.not_xlsx"


def test_old_excel_and_a_password() -> None:
    ole = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
    assert refused(io.BytesIO(ole)) == "sheet.old_excel"
    assert refused(io.BytesIO(ole + "EncryptedPackage".encode("utf-16-le"))) == "sheet.encrypted"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_an_xlsx_cut_in_the_middle(part: float) -> None:
    whole = book(HEAD, *[ZHANG] * 50).getvalue()
    assert refused(io.BytesIO(whole[: int(len(whole) * part)])) == "sheet.damaged"


def test_one_flipped_byte_is_noticed() -> None:
    raw = bytearray(book(HEAD, *[ZHANG] * 50).getvalue())
    start = raw.index(SHEET.encode())
    raw[start + len(SHEET) + 40] ^= 0x55
    assert refused(io.BytesIO(bytes(raw))) == "sheet.damaged"


def test_formulas_give_their_values_and_never_run() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>姓名</v></c><c r="B1" t="str"><v>备注</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"张"&amp;"三"</f><v>张三</v></c>'
        '<c r="B2" t="str"><v>=1+1</v></c></row>'
    )
    (row,) = good(with_parts(book(HEAD), {SHEET: sheet_xml(rows)}), "list.xlsx")
    assert row.values == {"name": "张三", "notes": "=1+1"}


def test_rows_keep_their_numbers_below_empty_ones() -> None:
    (row,) = good(book((), (), HEAD, (), ZHANG), "list.xlsx")
    assert row.number == 5


usual = st.builds('<c r="{}{}" t="str">'.format, st.sampled_from(["A", "K", "GR", ""]), st.integers(1, 999))
tags = st.one_of(
    usual,
    st.builds('<row r="{}">'.format, st.integers(1, 999)),
    st.sampled_from(
        ("<c/>", "<row>", "<cols>", "<x:c/>", "<x:row r='7'>", '<c s="1" r="B9"/>', "<c r='C3'/>")
    ),
    st.sampled_from(('<row r="B2">', '<c r="">', '<c r="a1">', '<c r="A1B">', '<c  r="D4">', '<c t="x" >')),
    st.sampled_from(("Re:call", "</c>", "<v>1</v>")),
)


@given(st.lists(st.lists(usual, max_size=4) | st.lists(tags, max_size=4), max_size=4))
def test_tags_looked_at_together_span_what_they_span_one_by_one(chunks: list[list[str]]) -> None:
    together, one_by_one = Extent(1_000, 1_000), Extent(1_000, 1_000)
    for chunk in chunks:
        xml = "".join(chunk).encode()
        try:
            one_by_one.follow(xml)
        except (SheetError, ValueError):
            with pytest.raises((SheetError, ValueError)):
                together.scan(xml)
            return
        together.scan(xml)
        assert vars(together) == vars(one_by_one)

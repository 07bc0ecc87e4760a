"""A file's name and its first bytes agree, or nothing is kept."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.actions import Action, Reason, Result
from audit.models import LogEntry
from deals.files.kinds import PROGRAMS, Fault, ending_of, fault_of
from deals.models import File, FileVersion, Upload
from tests.cast import client_of
from tests.deals.scene import stored

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
PE = b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9)


def archive(*parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for part in parts:
            made.writestr(part, b"<x/>")
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write(0, 0, "x")
    return file.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
ODT = archive("mimetype", "content.xml")
TRUE = [
    ("a.pdf", b"%PDF-1.7"),
    ("a.PDF", b"\xef\xbb\xbf\n%PDF-1.4"),
    ("a.png", PNG),
    ("a.jpeg", JPEG),
    ("a.heic", HEIC),
    ("a.mp4", FILM),
    ("a.docx", DOCX),
    ("a.docx", OLE),  # locked with a password
    ("a.xlsx", workbook()),
    ("a.odt", ODT),
    ("a.zip", archive("a")),
    ("a.zip", archive()),
    ("a.zip", DOCX),
    ("a.doc", OLE),
    ("a.doc", OLE + "WordDocument".encode("utf-16-le")),
    ("a.doc", b"{\\rtf1"),
    ("a.xls", b"\x09\x08\x10\x00"),
    ("a.csv", "姓名,手机".encode("gb18030")),
    ("a.csv", "姓名,手机".encode("utf-16")),
    ("a.txt", b""),
    ("a.txt", b"BMW of the company, MZ"),
    ("a.txt", b"how a %PDF- begins"),
    ("a.html", b"<html>"),
    ("a.svg", b"<svg/>"),
    ("a.unknown", b"\x00\x01"),
    ("no ending", JPEG),
    ("a.bin", b"MZ\xff\xff" * 40),
    (".pdf.", b"%PDF-1.7"),
]
FALSE = [
    ("a.pdf", b""),
    ("a.pdf", b"text"),
    ("a.pdf", PNG + b"%PDF-1.7"),  # drawn as a picture, opened as a document
    ("a.pdf ..", b"text"),
    ("a.jpg", PNG),
    ("a.png", HEIC),
    ("a.heic", FILM),
    ("a.mp4", HEIC),
    ("a.docx", b"%PDF-1.7"),
    ("a.docx", archive("xl/workbook.xml")),
    ("a.docx", OLE + "Workbook".encode("utf-16-le")),
    ("a.xlsx", DOCX),
    ("a.xlsx", ODT),
    ("a.pptx", archive("META-INF/MANIFEST.MF")),
    ("a.doc", DOCX),
    ("a.doc", OLE + "Workbook".encode("utf-16-le")),
    ("a.xls", b"<html><table>"),
    ("a.zip", b"Rar!\x1a\x07\x00"),
    ("a.txt", b"%PDF-1.7"),
    ("a.csv", archive("a")),
    ("a.txt", JPEG),
]
PROGRAM = [
    ("a.pdf", PE),
    ("a", ELF),
    ("a.bin", PE),
    ("a.txt", b"#!/bin/sh"),
    ("合同.pdf.EXE", b"text"),
    ("a.exe. ", b"text"),
    ("a.js", b"text"),
    ("a.pdf", b"L\x00\x00\x00\x01\x14\x02\x00"),
]


@pytest.mark.parametrize(("name", "head"), TRUE)
def test_true_files_are_taken(name: str, head: bytes) -> None:
    assert fault_of(name, head) is None


@pytest.mark.parametrize(("name", "head"), FALSE)
def test_what_pretends_to_be_another_kind_is_told(name: str, head: bytes) -> None:
    assert fault_of(name, head) is Fault.DIFFERS


@pytest.mark.parametrize(("name", "head"), PROGRAM)
def test_programs_are_told_by_name_or_bytes(name: str, head: bytes) -> None:
    assert fault_of(name, head) is Fault.PROGRAM


def test_no_ending_of_a_program_is_also_one_of_a_document() -> None:
    taken = {ending_of(name) for name, _head in TRUE}
    assert not taken & PROGRAMS


def send(world: Any, *files: tuple[str, bytes], language: str = "en") -> Any:
    return client_of(world.ming).post(
        reverse("deals:upload", args=[world.deal.pk, world.one.pk]),
        {"file": [SimpleUploadedFile(*each) for each in files], "whole": "whole"},
        headers={"accept": "application/json", "accept-language": language},
    )


@pytest.mark.parametrize(
    ("name", "data", "reason", "said"),
    [
        ("a.pdf", PNG, Reason.KIND_DIFFERS, "What is in “a.pdf” is not what the ending of its name says."),
        ("a.pdf", PE, Reason.PROGRAM_SENT, "“a.pdf” is a program or a script"),
        ("setup.exe", b"text", Reason.PROGRAM_SENT, "“setup.exe” is a program or a script"),
    ],
)
def test_attack_a_false_name_keeps_nothing_of_the_upload_and_is_in_the_log(
    world: SimpleNamespace, settings: Any, name: str, data: bytes, reason: Reason, said: str
) -> None:
    before = {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}
    answer = send(world, ("good.txt", b"text"), (name, data))
    assert answer.status_code == 422
    assert said in answer.json()["problem"]
    assert "Nothing was kept" in answer.json()["problem"]
    assert {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()} == before
    assert not File.objects.exists()
    assert not Upload.objects.exists()
    [entry] = LogEntry.objects.filter(
        action=Action.FILE_UPLOAD, result=Result.REFUSED, object_id=world.one.pk
    )
    assert (entry.actor, entry.deal, entry.reason) == (world.ming.pk, world.deal.pk, reason)
    assert name.encode() not in bytes(entry.leaf)


def test_the_refusal_is_said_in_chinese_too(world: SimpleNamespace) -> None:
    world.ming.language = "zh-hans"
    world.ming.save()
    said = send(world, ("合同.pdf", b"text"), language="zh-hans").json()["problem"]
    assert said.startswith("“合同.pdf”的内容与其扩展名不符。没有保存任何内容")


def rename(world: Any, version: FileVersion, name: str) -> str:
    address = reverse("deals:file_rename", args=[world.deal.pk, version.file_id])
    return client_of(world.ming).post(address, {"name": name}, follow=True).content.decode()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["a.pdf", "a.exe", "a.csv", "a.bat "])
def test_attack_a_new_name_is_no_way_around(world: SimpleNamespace, name: str) -> None:
    version = stored(world, world.one, "a.unknown", PNG)
    page = rename(world, version, name)
    assert "The ending of a name says what the file is, so it stays." in page
    assert "a.unknown" in page


@pytest.mark.parametrize("name", ["b.unknown", "a.png", "a", "a.other"])
def test_a_new_name_may_keep_the_ending_or_say_what_the_bytes_say(world: SimpleNamespace, name: str) -> None:
    version = stored(world, world.one, "a.unknown", PNG)
    page = rename(world, version, name)
    assert "The file is renamed." in page
    assert name in page

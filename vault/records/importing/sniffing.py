"""What an uploaded file is: its kind by its first bytes, and of text its encoding and delimiter.

The whole text is read once, line by line, before a row is given out: a file in two encodings is refused
at its first wrong line instead of storing half of it garbled.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from vault.records.importing.headings import known as known_headings
from vault.records.importing.problems import SheetError

DELIMITERS = ",\t;"
LINE_LIMIT = 8 * 1024 * 1024  # 200 columns of 10,000 characters, four bytes each
_SAMPLE = 64 * 1024
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF8 = "utf-8-sig"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Kind(StrEnum):
    TEXT = "text"
    ZIP = "zip"


def kind(file: BinaryIO, filename: str) -> Kind:
    """By content, whatever the name says. Raises SheetError for what is neither text nor ZIP."""
    file.seek(0)
    start = file.read(_SAMPLE)
    if not start.strip():
        raise SheetError("sheet.empty")
    if start.startswith(b"PK\x03\x04"):
        return Kind.ZIP
    if start.startswith(_OLE):
        raise SheetError("sheet.encrypted" if _contains(file, _ENCRYPTED) else "sheet.old_excel")
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise SheetError("sheet.not_xlsx")
    if not start.startswith(tuple(_UTF16)) and start.count(0) * 20 > len(start):
        raise SheetError("sheet.binary")
    return Kind.TEXT


@dataclass(frozen=True, slots=True)
class TextForm:
    encoding: str
    delimiter: str


def text_form(file: BinaryIO) -> TextForm:
    """Encoding and delimiter. Raises SheetError that names the line where the encoding breaks."""
    found = encoding(file)
    file.seek(0)
    sample = file.read(_SAMPLE).decode(found, "ignore").lstrip("\ufeff")
    return TextForm(found, delimiter(sample))


def encoding(file: BinaryIO) -> str:
    """`utf-8-sig`, `utf-16` or `gb18030`, having read all of the file."""
    file.seek(0)
    if codec := _UTF16.get(file.read(2)):
        _check_utf16(file)
        return codec
    if is_utf8(file):
        return _UTF8
    lines = _LineCount()
    for number, line in lines_of(file):
        if not line.isascii():
            lines.add(number, line)
    return lines.verdict()


def delimiter(sample: str) -> str:
    """The one by which a line falls into most known headings.

    Headings decide, not the number of cells: notes full of semicolons would win over three columns. Where
    no heading is known, the one that parts the lines into equally many cells; commas where none does.
    """
    lines = sample.splitlines()[:10]
    known = {
        mark: max((known_headings(_cells(line, mark)) for line in lines), default=0) for mark in DELIMITERS
    }
    if any(known.values()):
        return max(DELIMITERS, key=lambda mark: known[mark])
    return max(DELIMITERS, key=lambda mark: _even_width(lines, mark))


def _even_width(lines: list[str], mark: str) -> int:
    """Into how many cells most lines fall, if those that are parted at all fall into equally many; else 0."""
    widths = [width for line in lines if (width := len(_cells(line, mark))) > 1]
    return widths[0] if len(set(widths)) == 1 and 2 * len(widths) >= len(lines) else 0


def is_utf8(file: BinaryIO) -> bool:
    """Whether all of it is, in lines within the limit: then no line of it needs a look of its own."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    width = 0
    try:
        while piece := file.read(_SAMPLE):
            decoder.decode(piece)
            first, last = piece.find(b"\n"), piece.rfind(b"\n")
            if width + (first + 1 or len(piece)) >= LINE_LIMIT:
                return False
            width = len(piece) - 1 - last if last >= 0 else width + len(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _LineCount:
    """Tells UTF-8 from GB18030 line by line. GB18030 decodes nearly anything, also UTF-8, into garbage."""

    def __init__(self) -> None:
        self.utf8 = self.gb = 0
        self.first_utf8 = self.first_gb = 0
        self.undecodable = 0
        self.cut_off = False

    def add(self, number: int, line: bytes) -> None:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            unfinished = error.reason == "unexpected end of data" and not line.endswith(b"\n")
            self._add_gb(number, line, unfinished)
        else:
            if _surely_utf8(text, line):
                self.utf8 += 1
                self.first_utf8 = self.first_utf8 or number

    def _add_gb(self, number: int, line: bytes, unfinished: bool) -> None:
        try:
            line.decode("gb18030")
        except UnicodeDecodeError as error:
            unfinished = unfinished or (error.end == len(line) and not line.endswith(b"\n"))
            self.undecodable = self.undecodable or number
        self.cut_off = unfinished
        self.gb += 1
        self.first_gb = self.first_gb or number

    def verdict(self) -> str:
        if not self.gb:
            return _UTF8
        if self.cut_off and (self.gb == 1 or self.undecodable):
            raise SheetError("sheet.cut_off")
        if self.utf8:
            minority = self.first_gb if self.gb <= self.utf8 else self.first_utf8
            raise SheetError("sheet.mixed_encoding", line=minority)
        if self.undecodable:
            raise SheetError("sheet.encoding", line=self.undecodable)
        return "gb18030"


def _surely_utf8(text: str, line: bytes) -> bool:
    """Whether a line valid as UTF-8 cannot well be GB18030: read as that, it has no plain Chinese.

    A short GB2312 line is by chance valid UTF-8 about once in ten thousand; it is still plain GB2312.
    """
    if max(text) < "\u0800":
        return False
    try:
        line.decode("gb2312")
    except UnicodeDecodeError:
        return True
    return False


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines and their numbers, from 1. Raises SheetError: one is too long."""
    file.seek(0)
    number = 0
    while line := file.readline(LINE_LIMIT):
        number += 1
        if len(line) == LINE_LIMIT:
            raise SheetError("sheet.long_line", line=number)
        yield number, line


def _check_utf16(file: BinaryIO) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-16")()
    line = 1
    width = 0
    try:
        while chunk := file.read(_SAMPLE):
            text = decoder.decode(chunk)
            line += text.count("\n")
            width = len(text) - text.rfind("\n") - 1 if "\n" in text else width + len(text)
            if width > LINE_LIMIT:
                raise SheetError("sheet.long_line", line=line)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise SheetError("sheet.encoding", line=line) from None


def _contains(file: BinaryIO, needle: bytes) -> bool:
    file.seek(0)
    tail = b""
    while chunk := file.read(_SAMPLE):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False


def _cells(line: str, mark: str) -> list[str]:
    return next(csv.reader(io.StringIO(line), delimiter=mark), [])

"""Look into an XLSX before any parser opens it: it is a ZIP that someone else made.

What a ZIP declares can lie, and parsers differ in what they believe. So each part is decompressed here
under our own count, and any size or CRC that is not as declared refuses the file. The parser holds a
sheet as a full rectangle of cells, hence the limit on its area: one cell in the last corner of an
empty sheet would take hundreds of gigabytes.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from vault.records.importing.problems import SheetError

MEMBER_LIMIT = 2_000
UNPACKED_LIMIT = 512 * 1024**2
RATIO_LIMIT = 200  # deflate gives at most 1,032; real sheets 5 to 40
RATIO_FLOOR = 16 * 1024**2  # a small file may be as repetitive as it likes
AREA_LIMIT = 5_000_000  # cells: the parser takes about 85 bytes for each, some 400 MB in all
_CHUNK = 1024**2
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, name length, extra length (APPNOTE 4.3.7)
_ENCRYPTED = 0x1
_ATTRIBUTE = rb"""\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*')"""
_TAG = re.compile(rb"""<(?:\w+:)?(row|c)(?:(?:%b)*?\s+r\s*=\s*["']([^"']*)["'])?(?=[\s/>])""" % _ATTRIBUTE)
# As spreadsheet programs write them. What `_TAG` finds beside these begins as a row, a cell or with a prefix.
_USUAL_TAG = re.compile(rb'<(?:row r="(?=[0-9])|c r=")([A-Z]*[0-9]+)"')
_PREFIXED = (b":row", b":c")
_LETTERS = re.compile(rb"[A-Z]{0,3}")
_DIGITS = b"0123456789"
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NESTED = (".zip", ".xlsx", ".xlsm", ".gz", ".7z", ".rar")


def check(file: BinaryIO, *, max_columns: int, max_rows: int) -> None:
    """Raises SheetError: no XLSX, damaged, encrypted, too large when unpacked, too many rows or columns."""
    size = file.seek(0, 2)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if archive.comment:  # where a second directory could hide
                raise SheetError("sheet.damaged")
        _check_members(members)
        _check_sizes(sum(member.file_size for member in members), size)
        unpacked = 0
        for member in members:
            for count in _scan(file, member, Extent(max_columns, max_rows)):
                unpacked += count
                _check_sizes(unpacked, size)
    except SheetError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError):
        raise SheetError("sheet.damaged") from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if len(members) > MEMBER_LIMIT or len(names) < len(members):
        raise SheetError("sheet.bomb")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise SheetError("sheet.encrypted")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise SheetError("sheet.not_xlsx")
    if any(name.lower().endswith(_NESTED) for name in names):
        raise SheetError("sheet.bomb")


def _check_sizes(unpacked: int, size: int) -> None:
    if unpacked > UNPACKED_LIMIT or unpacked > max(RATIO_FLOOR, RATIO_LIMIT * size):
        raise SheetError("sheet.bomb")


def _scan(file: BinaryIO, member: zipfile.ZipInfo, extent: "Extent") -> Iterator[int]:
    """Decompress one part and look at every tag; gives the size of each chunk as it comes out."""
    total = checksum = 0
    tail = b""
    is_xml = member.filename.lower().endswith((".xml", ".rels"))
    for chunk in _unpack(file, member):
        total += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        yield len(chunk)
        text = tail + chunk
        # UTF-16 and entities would hide tags from the scan; no spreadsheet program writes either.
        if is_xml and (b"\0" in text or b"<!DOCTYPE" in text):
            raise SheetError("sheet.damaged")
        cut = text.rfind(b"<")
        text, tail = (text[:cut], text[cut:]) if 0 <= len(text) - cut < _CHUNK else (text, b"")
        extent.scan(text)
    extent.scan(tail)
    if total != member.file_size or checksum != member.CRC:
        raise SheetError("sheet.damaged")


def _unpack(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(member.header_offset)
    signature, name_length, extra_length = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if signature != b"PK\x03\x04" or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SheetError("sheet.damaged")
    file.seek(name_length + extra_length, 1)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == zipfile.ZIP_DEFLATED else None
    left = member.compress_size
    while left > 0 and (packed := file.read(min(left, _CHUNK))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _CHUNK)
            packed = inflate.unconsumed_tail
    if inflate is not None:
        while rest := inflate.decompress(b"", _CHUNK):
            yield rest
        if not inflate.eof:
            raise SheetError("sheet.damaged")


class Extent:
    """The rectangle that a sheet's cells span; a cell or row without a reference follows the one before."""

    def __init__(self, max_columns: int, max_rows: int) -> None:
        self.max_columns, self.max_rows = max_columns, max_rows
        self.row = self.column = self.last_row = self.last_column = 0

    def scan(self, xml: bytes) -> None:
        usual = _USUAL_TAG.findall(xml)
        others = xml.count(b"<row") + xml.count(b"<c") - len(usual)
        if others or any(prefixed in xml for prefixed in _PREFIXED):
            self.follow(xml)
        elif usual:
            self._span(usual)
        self._check()

    def _span(self, references: list[bytes]) -> None:
        """Tags that all say where they are need not be followed one by one: their furthest corner counts."""
        together = b" ".join(references)
        rows = set(together.translate(None, _CAPITALS).split())
        self.last_row = max(self.last_row, *map(int, rows))
        for letters in set(together.translate(None, _DIGITS).split()):
            self.last_column = max(self.last_column, _column_number(letters))
        self._jump(references[-1])

    def follow(self, xml: bytes) -> None:
        """Tag by tag, whatever form they have."""
        for tag, reference in _TAG.findall(xml):
            if reference:
                self._jump(reference)
            elif tag == b"row":
                self.row += 1
            else:
                self.column += 1
            self.last_row = max(self.last_row, self.row)
            if tag == b"row":
                self.column = 0
            elif self.column > self.last_column:
                self.last_column = self.column

    def _jump(self, reference: bytes) -> None:
        letters = reference.rstrip(_DIGITS)
        self.row = int(reference[len(letters) :])
        self.column = _column_number(letters)

    def _check(self) -> None:
        if self.last_column > self.max_columns:
            raise SheetError("sheet.columns", count=self.last_column, limit=self.max_columns)
        if self.last_row > self.max_rows:
            raise SheetError("sheet.rows", limit=self.max_rows)
        if self.last_row * self.last_column > AREA_LIMIT:
            raise SheetError("sheet.area", limit=AREA_LIMIT)


@lru_cache(maxsize=1024)
def _column_number(letters: bytes) -> int:
    """A is 1, AA is 27; no letters, as in a row's reference, are 0."""
    if not _LETTERS.fullmatch(letters):
        raise SheetError("sheet.damaged")
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number

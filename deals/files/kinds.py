"""Whether a file's first bytes are what the ending of its name says. Pure: it parses nothing, compares bytes.

Endings that are not listed say nothing here, and bytes that no rule knows contradict nothing. What is listed,
and why programs are refused: docs/decisions/2026-11-24-endings-and-contents.md.
"""

import re
from collections.abc import Callable
from enum import Enum, auto

from deals.files.sniffing import HEAD, MediaType, sniff

Rule = Callable[[bytes], bool]


class Fault(Enum):
    """Why a name and its bytes are not taken in."""

    DIFFERS = auto()
    PROGRAM = auto()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PART = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)  # of the header before each part of an archive
# As file(1) takes them for text: what is printed, what moves the carriage, and DOS's mark of the end.
_IN_TEXT = bytes([*range(7, 14), 26, 27, *range(32, 256)])
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_FILM_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
# By these names the two containers of office files show which program wrote them.
_STREAMS = {one: one.encode("utf-16-le") for one in ("WordDocument", "Workbook", "PowerPoint Document")}
_FOLDERS = (b"word/", b"xl/", b"ppt/", b"META-INF/", b"AndroidManifest.xml", b"classes.dex")

# What a double click runs, or mounts, on some system. Not HTML and SVG: they are only ever downloaded.
_RUN = """
    app apk appimage bat cmd com command cpl deb desktop dll dmg exe gadget hta img inf iso jar js jse lnk msc
    msi msix msp pif pkg ps1 psm1 py pyw reg rpm scf scr sct sh sys url vb vbe vbs vhd vhdx wsf wsh xll
"""
PROGRAMS = frozenset(_RUN.split())


def fault_of(name: str, head: bytes) -> Fault | None:
    """What is wrong with a file of this name that begins with these bytes (HEAD of them or all)."""
    ending = ending_of(name)
    if ending in PROGRAMS or _is_program(head):
        return Fault.PROGRAM
    rule = _RULES.get(ending)
    return None if rule is None or rule(head[:HEAD]) else Fault.DIFFERS


def may_be_renamed(old: str, new: str, media_type: MediaType) -> bool:
    """Whether a file whose first bytes are not at hand may be called so: its ending stays, or is no known
    one, or is what those bytes were told to be."""
    ending = ending_of(new)
    if ending == ending_of(old) or ending not in _RULES.keys() | PROGRAMS:
        return True
    return ending in _TOLD.get(media_type, ())


def ending_of(name: str) -> str:
    """What stands behind the last dot. Windows drops dots and spaces at the end: "a.exe. " is a program."""
    _stem, dot, ending = name.rstrip(". ").rpartition(".")
    return ending.casefold() if dot else ""


def _told(*kinds: MediaType) -> Rule:
    return lambda head: sniff(head) in kinds


def _begins(*magics: bytes) -> Rule:
    return lambda head: head.startswith(magics)


def _riff(form: bytes) -> Rule:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _text(head: bytes) -> bool:
    if head.startswith(_UTF16):
        return True
    return not head.translate(None, _IN_TEXT) and not head.lstrip().startswith(b"%PDF-")


def _ole(*streams: str) -> Rule:
    """An old office file that names no other program. Its list of names may lie behind the first bytes."""
    others = [code for name, code in _STREAMS.items() if name not in streams]
    return lambda head: head.startswith(_OLE) and not any(code in head for code in others)


def _archive(*own: bytes) -> Rule:
    """A ZIP in whose first parts no other program's folder stands."""
    others = tuple(folder for folder in _FOLDERS if folder not in own)
    return lambda head: head.startswith(_ZIP) and not any(part.startswith(others) for part in _parts(head))


def _parts(head: bytes) -> list[bytes]:
    """The names of the parts of an archive, as far as they stand in the first bytes."""
    return [head[at.end() : at.end() + int.from_bytes(at[1], "little")] for at in _PART.finditer(head)]


def _any_of(*rules: Rule) -> Rule:
    return lambda head: any(rule(head) for rule in rules)


def _office(folder: bytes) -> Rule:
    """An office file of today. Locked with a password, it lies in the old container (MS-OFFCRYPTO)."""
    opened = _archive(folder)
    return _any_of(lambda head: opened(head) and b"mimetype" not in _parts(head), _ole())


def _film(head: bytes) -> bool:
    return head[4:8] in _FILM_BOXES and not _photograph(head)


def _photograph(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS


def _is_program(head: bytes) -> bool:
    if head.startswith((b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")):
        return True
    if head.startswith((b"#!", b"\xef\xbb\xbf#!", b"L\x00\x00\x00\x01\x14\x02\x00")):
        return True
    # Windows: the first header names the place of the second, behind itself and not far on.
    second = int.from_bytes(head[60:64], "little")
    if head[:2] != b"MZ" or not 64 <= second < 64 * HEAD:
        return False
    return second > HEAD - 4 or head[second : second + 2] in (b"PE", b"NE", b"LE", b"LX")


_TOLD = {
    MediaType.PDF: ("pdf",),
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    MediaType.GIF: ("gif",),
    MediaType.WEBP: ("webp",),
    MediaType.BMP: ("bmp", "dib"),
    MediaType.TIFF: ("tif", "tiff"),
}
_word, _excel, _slides = _office(b"word/"), _office(b"xl/"), _office(b"ppt/")
_old_word = _any_of(_ole("WordDocument"), _begins(b"{\\rtf"))  # Word itself names its RTF so
# Sheets of the time before the container, which banks' and tax offices' programs write to this day.
_old_excel = _any_of(_ole("Workbook"), _begins(b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08"))
_by_rule: tuple[tuple[str, Rule], ...] = (
    *((" ".join(endings), _told(kind)) for kind, endings in _TOLD.items() if kind is not MediaType.TIFF),
    ("tif tiff", _any_of(_told(MediaType.TIFF), _begins(b"II+\x00", b"MM\x00+"))),
    ("heic heif avif", _photograph),
    ("docx docm dotx dotm", _word),
    ("xlsx xlsm xltx xltm xlsb", _excel),
    ("pptx pptm ppsx ppsm potx potm", _slides),
    ("doc dot", _old_word),
    ("xls xlt", _old_excel),
    ("ppt pps pot", _ole("PowerPoint Document")),
    ("wps et dps msg vsd mpp pub", _begins(_OLE)),
    ("odt ods odp odg ofd", _archive(b"META-INF/")),
    ("zip", _begins(_ZIP, b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")),
    ("7z", _begins(b"7z\xbc\xaf\x27\x1c")),
    ("rar", _begins(b"Rar!\x1a\x07")),
    ("gz tgz", _begins(b"\x1f\x8b")),
    ("rtf", _begins(b"{\\rtf")),
    ("txt csv tsv log md json xml html htm svg eml", _text),
    ("mp4 m4v m4a mov", _film),
    ("wav", _riff(b"WAVE")),
    ("avi", _riff(b"AVI ")),
    ("dwg", _begins(b"AC")),
    ("psd", _begins(b"8BPS")),
)
_RULES: dict[str, Rule] = {ending: rule for endings, rule in _by_rule for ending in endings.split()}

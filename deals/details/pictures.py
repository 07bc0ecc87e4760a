"""Pictures without what they say about their making: author, place, device, time, previews of earlier states.

Nothing is decoded. A picture is a row of named blocks; those that make up what is seen go over byte for
byte, and no others: what nobody thought of is left out too. How the camera was held is written anew, so
that the picture stands as before. What follows the picture's end (a second picture, with details of its
own) is left out.
"""

import re
import struct
from collections.abc import Callable, Iterator
from zlib import crc32

from deals.details.faults import Damaged

_ORIENTATION, _SHORT = 0x0112, 3  # TIFF 6.0
_TURNS = range(2, 9)  # 1 is upright
_EXIF = b"Exif\0\0"
_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = (
    0xD8,
    0xD9,
    0xDA,
    0xE0,
    0xE1,
    0xE2,
    0xEE,
    0xEF,
    0xFE,
)
_BEGIN = re.compile(rb"\xff+")
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # within a scan: neither a byte of it nor a restart
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_DRAWN = b"IHDR PLTE IDAT IEND tRNS bKGD hIST pHYs sPLT sBIT acTL fcTL fdAT"
_PNG_COLOURS = b"gAMA cHRM sRGB iCCP cICP mDCV cLLI"
_PNG_SEEN = frozenset(_PNG_DRAWN.split() + _PNG_COLOURS.split())
_WEBP_SEEN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


def without_details(data: bytes) -> bytes:
    """A JPEG, PNG or WebP that looks the same. Raises Damaged."""
    clean = cleaner_of(data)
    if clean is None:
        raise Damaged
    try:
        return clean(data)
    except (IndexError, struct.error):
        raise Damaged from None


def cleaner_of(data: bytes) -> Callable[[bytes], bytes] | None:
    """What cleans a file with these first bytes; None when it is no such picture."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if data.startswith(_PNG):
        return _png
    return _webp if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _jpeg(data: bytes) -> bytes:
    begin, rest, turn = bytes((0xFF, _SOI)), [], 1
    for marker, body, scan in _segments(data):
        if marker == _APP0 and body.startswith(b"JFIF\0"):
            begin += _segment(_APP0, body[:12] + bytes(2))  # without its small preview
        elif marker == _APP1 and body.startswith(_EXIF):
            turn = _turn(body[len(_EXIF) :])
        elif _is_seen(marker, body):
            rest += [_segment(marker, body), scan]
    if turn in _TURNS:
        begin += _segment(_APP1, _EXIF + _turned(turn))
    return begin + b"".join(rest) + bytes((0xFF, _EOI))


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, body, and of a scan its data."""
    at = 2
    while True:
        found = _BEGIN.match(data, at)
        if found is None:
            raise Damaged
        marker, at = data[found.end()], found.end() + 1
        if marker == _EOI:
            return
        size = int.from_bytes(data[at : at + 2], "big")
        if size < 2 or at + size > len(data):
            raise Damaged
        body, at, scan = data[at + 2 : at + size], at + size, b""
        if marker == _SOS:
            end = _MARKER.search(data, at)
            scan = data[at : end.start() if end else len(data)]
            at += len(scan)
        yield marker, body, scan
        if marker == _SOS and at == len(data):  # cut off: shown as far as it goes
            return


def _is_seen(marker: int, body: bytes) -> bool:
    """Whether the segment makes up the picture: none of an application's but for colours, and no comment."""
    if marker == _APP2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == _APP14:
        return body.startswith(b"Adobe")
    return marker != _COM and not _APP0 <= marker <= _APP15


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _png(data: bytes) -> bytes:
    seen, turn = [], 1
    for kind, body in _chunks(data):
        if kind in _PNG_SEEN:
            seen.append(_chunk(kind, body))
        elif kind == b"eXIf":
            turn = _turn(body)
    if turn in _TURNS:
        seen.insert(1, _chunk(b"eXIf", _turned(turn)))
    return _PNG + b"".join(seen)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + size > len(data):
            raise Damaged
        yield kind, data[at + 8 : at + 8 + size]
        at += 12 + size


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


def _webp(data: bytes) -> bytes:
    seen, turn = b"", 1
    for kind, body in _blocks(data):
        if kind == b"EXIF":
            turn = _turn(body.removeprefix(_EXIF))
        elif kind in _WEBP_SEEN:
            seen += _block(kind, body)
    if seen.startswith(b"VP8X"):  # the header of a picture with more than its pixels says what there is
        flags, turned = seen[8] & ~(_WEBP_EXIF | _WEBP_XMP), b""
        if turn in _TURNS:
            flags, turned = flags | _WEBP_EXIF, _block(b"EXIF", _turned(turn))
        seen = seen[:8] + bytes((flags,)) + seen[9:] + turned
    return b"RIFF" + struct.pack("<I", len(seen) + 4) + b"WEBP" + seen


def _blocks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, int.from_bytes(data[4:8], "little") + 8
    while at < min(end, len(data)):
        kind, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            raise Damaged
        yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _block(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _turn(tiff: bytes) -> int:
    """How the camera was held; upright when that cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return int(value)
    except struct.error:
        pass
    return 1


def _turned(turn: int) -> bytes:
    """Nothing but how the camera was held."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, turn, 0, 0)

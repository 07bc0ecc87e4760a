"""The process in which a stranger's file is parsed: a program; the server imports its bounds alone.

    python sandbox.py pdf|picture PAGE WIDTH      the file is descriptor 0, which can be read at any place
    python sandbox.py pdf-text|picture-text FIRST MANY

It answers on descriptor 1: page count, width and height (three 32-bit big-endian numbers), then
width × height × 3 bytes of RGB; for PAGE 0 the count alone, with width and height 0. To -text it answers, for
each page from FIRST on, MANY at most: width and height in points (two 32-bit floats), how many characters,
and each of these as code point, left, top, right, bottom (four floats: fractions of the page as it is drawn).
A picture has no characters; it is taken to have been scanned at SCANNED dots an inch.

It knows no key, no database and nobody's name, and holds itself to limits before it looks at the first byte.
Whatever goes wrong, it exits with a status that is not 0, and the server shows an error.
"""

import ctypes
import os
import resource
import struct
import sys
from io import FileIO
from typing import Any, BinaryIO

MEMORY = 1536 * 1024**2  # bytes of address space
SECONDS = 20  # of processor time
MOST_PAGES = 2000
MOST_PIXELS = 100_000_000  # of a picture before it is made smaller: a bomb says so in its header
MOST_CHARACTERS = 300_000  # of an answer
SCANNED = 200  # dots an inch
TALLEST = 4  # a page at most this many times as tall as it is wide is drawn at full width


class Unshowable(Exception):
    """Not a file that can be shown."""


def hold_to_limits() -> None:
    """Before the first byte of a stranger's file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no plaintext reaches a disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def pdf_page(file: BinaryIO, page: int, width: int) -> tuple[int, int, int, bytes]:
    """One page drawn `width` pixels wide."""
    import pypdfium2  # noqa: PLC0415 (after the limits are set)

    document = pypdfium2.PdfDocument(file)
    count = len(document)
    if not 0 < count <= MOST_PAGES or page > count:
        raise Unshowable
    if page == 0:
        return count, 0, 0, b""
    sheet = document[page - 1]
    wide, tall = sheet.get_size()
    if not (wide > 0 and tall > 0):
        raise Unshowable
    scale = min(width / wide, width * TALLEST / tall)
    image = sheet.render(scale=scale, rev_byteorder=True, draw_annots=True).to_pil().convert("RGB")
    return count, image.width, image.height, image.tobytes()


def picture(file: BinaryIO, page: int, width: int) -> tuple[int, int, int, bytes]:
    """A picture (or one sheet of a TIFF), made no wider than `width`, turned as its camera was held."""
    from PIL import Image, ImageOps  # noqa: PLC0415 (after the limits are set)

    formats = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
    source = Image.open(file, formats=formats)
    if source.width * source.height > MOST_PIXELS:
        raise Unshowable
    # Only a TIFF's frames are pages; of a moving picture the first frame is shown.
    count = getattr(source, "n_frames", 1) if source.format == "TIFF" else 1
    if count > MOST_PAGES or page > count:
        raise Unshowable
    if page == 0:
        return count, 0, 0, b""
    source.seek(page - 1)
    if source.width * source.height > MOST_PIXELS:
        raise Unshowable
    bounds = (width * TALLEST, width) if _lies_on_its_side(source) else (width, width * TALLEST)
    source.draft("RGB", bounds)
    source.thumbnail(bounds)
    turned = ImageOps.exif_transpose(source).convert("RGBA")
    image = Image.new("RGB", turned.size, "white")
    image.paste(turned, mask=turned)
    return count, image.width, image.height, image.tobytes()


def _lies_on_its_side(source: Any) -> bool:
    return source.getexif().get(0x0112, 1) in (5, 6, 7, 8)  # TIFF's Orientation


def pdf_text(file: BinaryIO, first: int, many: int) -> bytes:
    """The sizes and characters of pages."""
    import pypdfium2  # noqa: PLC0415 (after the limits are set)

    document = pypdfium2.PdfDocument(file)
    count = len(document)
    if not 0 < count <= MOST_PAGES or not 0 < first <= count:
        raise Unshowable
    answer, left = [], MOST_CHARACTERS
    for page in range(first, min(first + many, count + 1)):
        sheet = document[page - 1]
        characters = _characters(sheet, left)
        left -= len(characters)
        answer += [struct.pack(">ffI", *sheet.get_size(), len(characters)), *characters]
    return b"".join(answer)


def _characters(sheet: Any, most: int) -> list[bytes]:
    """Where each character stands on the page as it is drawn: turned and cropped by the parser itself."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    text = sheet.get_textpage()
    many = text.count_chars()
    if many > most:
        raise Unshowable
    found, fine = [], 1_000_000
    loose, x, y = pdfium.FS_RECTF(), ctypes.c_int(), ctypes.c_int()
    for at in range(many):
        corners = []
        if pdfium.FPDFText_GetLooseCharBox(text, at, loose):
            corners += [(loose.left, loose.top), (loose.right, loose.bottom)]
        # Beside the box of the line also that of the ink, which a font may draw outside of it.
        low, bottom, high, top = text.get_charbox(at)
        corners += [(low, bottom), (high, top)]
        places = []
        for corner in corners:
            pdfium.FPDF_PageToDevice(sheet, 0, 0, fine, fine, 0, *corner, x, y)
            places.append((x.value / fine, y.value / fine))
        across, down = zip(*places, strict=True)
        box = (min(across), min(down), max(across), max(down))
        found.append(struct.pack(">I4f", pdfium.FPDFText_GetUnicode(text, at), *box))
    return found


def picture_text(file: BinaryIO, first: int, many: int) -> bytes:
    """The sizes of a picture's sheets."""
    from PIL import Image  # noqa: PLC0415 (after the limits are set)

    count = picture(file, 0, 1)[0]
    if not 0 < first <= count:
        raise Unshowable
    file.seek(0)
    source, answer = Image.open(file), []
    for page in range(first, min(first + many, count + 1)):
        source.seek(page - 1)
        wide, tall = reversed(source.size) if _lies_on_its_side(source) else source.size
        answer.append(struct.pack(">ffI", wide * 72 / SCANNED, tall * 72 / SCANNED, 0))
    return b"".join(answer)


def main() -> None:
    kind, page, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    hold_to_limits()
    with FileIO(0, "rb") as file:
        if kind.endswith("-text"):
            read = pdf_text if kind == "pdf-text" else picture_text
            pixels = read(file, page, width)
            with os.fdopen(1, "wb") as answer:
                answer.write(pixels)
            return
        draw = pdf_page if kind == "pdf" else picture
        count, wide, tall, pixels = draw(file, page, width)
    with os.fdopen(1, "wb") as answer:
        answer.write(struct.pack(">III", count, wide, tall))
        answer.write(pixels)


if __name__ == "__main__":
    main()

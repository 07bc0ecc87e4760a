"""The process in which a stranger's file is parsed: a program; the server imports its bounds alone.

    python sandbox.py pdf|picture PAGE WIDTH      the file is descriptor 0, which can be read at any place

It answers on descriptor 1: page count, width and height (three 32-bit big-endian numbers), then
width × height × 3 bytes of RGB; for PAGE 0 the count alone, with width and height 0. It knows no key, no
database and nobody's name, and holds itself to limits before it looks at the first byte. Whatever goes
wrong, it exits with a status that is not 0, and the server shows an error.
"""

import os
import resource
import struct
import sys
from io import FileIO
from typing import BinaryIO

MEMORY = 1536 * 1024**2  # bytes of address space
SECONDS = 20  # of processor time
MOST_PAGES = 2000
MOST_PIXELS = 100_000_000  # of a picture before it is made smaller: a bomb says so in its header
TALLEST = 4  # a page at most this many times as tall as it is wide is drawn at full width


class Unshowable(Exception):
    """Not a file that can be shown."""


def _limit() -> None:
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
    source.draft("RGB", (width, width * TALLEST))
    source.thumbnail((width, width * TALLEST))
    turned = ImageOps.exif_transpose(source).convert("RGBA")
    image = Image.new("RGB", turned.size, "white")
    image.paste(turned, mask=turned)
    return count, image.width, image.height, image.tobytes()


def main() -> None:
    kind, page, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _limit()
    with FileIO(0, "rb") as file:
        draw = pdf_page if kind == "pdf" else picture
        count, wide, tall, pixels = draw(file, page, width)
    with os.fdopen(1, "wb") as answer:
        answer.write(struct.pack(">III", count, wide, tall))
        answer.write(pixels)


if __name__ == "__main__":
    main()

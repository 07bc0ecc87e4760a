"""Painting the rectangles into a page's pixels, before anything is made of them.

What was under a rectangle is overwritten in memory and encoded never: no step after this one has it.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw

from deals.redaction.boxes import Box
from deals.redaction.paper import Picture

INK = 0  # black in every channel
BLOCK = 8  # pixels: JPEG encodes squares of this size each by itself (ITU-T T.81, A.1)
QUALITY = 85
WORTH = 2  # a page is kept without loss unless that takes so many times as much
_SIGNATURE = 8  # bytes before the first chunk of a PNG


def picture_of(page: Image.Image, boxes: Sequence[Box]) -> Picture:
    """The page with the boxes painted over, encoded for a PDF.

    Writing is kept without loss, which is sharper and smaller; photographs and scans become JPEG. There the
    boxes are grown to whole blocks (a millimetre at most): a block then is all ink or none, so that the ink
    stays one colour and no block holds a trace of both sides.
    """
    plain = painted(page, boxes)
    lossless = _lossless(plain)
    lossy = _lossy(painted(page, boxes, grid=BLOCK))
    return lossless if len(lossless.data) <= WORTH * len(lossy.data) else lossy


def painted(page: Image.Image, boxes: Sequence[Box], *, grid: int = 1) -> Image.Image:
    """A copy of the page with every pixel that a box touches in ink; grey where the page has no colour."""
    copy = page.convert("RGB")
    for box in boxes:
        ImageDraw.Draw(copy).rectangle(box.pixels(*copy.size, grid=grid), fill=(INK, INK, INK))
    grey = copy.convert("L")
    coloured = ImageChops.difference(copy, grey.convert("RGB")).getbbox() is not None
    return copy if coloured else grey


def _lossless(image: Image.Image) -> Picture:
    """The compressed rows of a PNG: PDF has taken over its filters (ISO 32000-1, 7.4.4.4)."""
    file = BytesIO()
    image.save(file, "PNG")
    channels = len(image.getbands())
    decoding = f"<< /Predictor 15 /Colors {channels} /BitsPerComponent 8 /Columns {image.width} >>"
    coding = f"{_space(image)} /Filter /FlateDecode /DecodeParms {decoding}"
    return Picture(b"".join(_rows(file.getvalue())), *image.size, coding)


def _rows(png: bytes) -> Iterator[bytes]:
    at = _SIGNATURE
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        if kind == b"IDAT":
            yield png[at + 8 : at + 8 + size]
        at += 12 + size  # length, kind and check sum have four bytes each


def _lossy(image: Image.Image) -> Picture:
    file = BytesIO()
    # Colour at full resolution: at half of it, a block's colour would run over into its neighbours.
    image.save(file, "JPEG", quality=QUALITY, subsampling=0)
    return Picture(file.getvalue(), *image.size, f"{_space(image)} /Filter /DCTDecode")


def _space(image: Image.Image) -> str:
    return "/ColorSpace /DeviceGray" if image.mode == "L" else "/ColorSpace /DeviceRGB"

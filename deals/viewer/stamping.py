"""Burning into a page who looked at it, and when. There is no way to serve a page that was not stamped.

The font covers the characters of GB 2312 and most of GBK; a character that it lacks (a rare surname, an
emoji) is written as its code point, so that no name turns into empty boxes. So is an invisible one, since a
mark that turns the writing direction would turn the stamp around.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageChops, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf"
ANGLE = 30  # degrees
STRENGTH = 70  # of 255: read on white, on black and on a photograph, without hiding the text beneath
ROWS_APART = 4  # heights of a row from one row to the next
QUALITY = 85
_NOT_A_CHARACTER = "\uffff"  # no font has it: it draws the box of a missing one


class NotStamped(Exception):
    """The page could not be stamped, so it is not shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is burnt in. `code_name` is the deal's; `person_id` tells namesakes apart; `note` says in which
    way the person looked, where that is to be said."""

    name: str
    person_id: UUID
    code_name: str
    at: datetime
    network: str | None = None
    note: str = ""

    @property
    def text(self) -> str:
        when, whose = f"{self.at:%Y-%m-%d %H:%M:%S %z}", str(self.person_id)[-8:]
        parts = (self.name, self.note, self.code_name, when, whose, self.network)
        return " · ".join(part for part in parts if part)


def stamp(image: Image.Image, mark: Mark) -> bytes:
    """The stamped page as JPEG. Raises NotStamped on any failure: never a clean page."""
    try:
        stamped = _stamped(image, mark)
        if not _everywhere(image, stamped):
            raise NotStamped
        answer = BytesIO()
        stamped.save(answer, "JPEG", quality=QUALITY)
    except (OSError, ValueError, MemoryError, TypeError) as problem:
        raise NotStamped from problem
    return answer.getvalue()


def readable(text: str) -> str:
    """The text with every character that the font lacks as its code point."""
    return "".join(char if _has(char) else f"[{ord(char):X}]" for char in text)


def _stamped(image: Image.Image, mark: Mark) -> Image.Image:
    """Rows of the mark across the page, turned: however long the name is, no part is left clean."""
    row = _row(mark, max(image.width // 52, 12))
    side = math.ceil(math.hypot(*image.size)) + 2 * row.height
    layer = Image.new("RGBA", (side, side))
    for number, top in enumerate(range(0, side, row.height * ROWS_APART)):
        shift = (number * row.width * 2 // 5) % row.width
        for left in range(-shift, side, row.width):
            layer.paste(row, (left, top))
    turned = layer.rotate(ANGLE, resample=Image.Resampling.BILINEAR)
    left, top = (side - image.width) // 2, (side - image.height) // 2
    cut = turned.crop((left, top, left + image.width, top + image.height))
    return Image.alpha_composite(image.convert("RGBA"), cut).convert("RGB")


def _row(mark: Mark, size: int) -> Image.Image:
    """The mark once, dark with a light edge: one of the two shows on any ground."""
    font, text = _font(size), readable(mark.text)
    left, top, right, bottom = font.getbbox(text)
    row = Image.new("RGBA", (math.ceil(right - left) + 3 * size, math.ceil(bottom - top) + size // 2))
    ImageDraw.Draw(row).text(
        (size - left, size // 4 - top),
        text,
        font=font,
        fill=(60, 60, 60, STRENGTH),
        stroke_width=1,
        stroke_fill=(200, 200, 200, STRENGTH),
    )
    return row


def _everywhere(clean: Image.Image, stamped: Image.Image) -> bool:
    """Whether each quarter of the page was changed: a crop of it still says whose copy it is."""
    across, down = max(clean.width // 2, 1), max(clean.height // 2, 1)
    difference = ImageChops.difference(clean.convert("RGB"), stamped)
    corners = [(left, top) for left in {0, clean.width - across} for top in {0, clean.height - down}]
    return all(difference.crop((x, y, x + across, y + down)).getbbox() is not None for x, y in corners)


@cache
def _font(size: int) -> FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


@cache
def _has(char: str) -> bool:
    if not char.isprintable():
        return False
    if char == " ":
        return True
    font = _font(24)
    return bytes(font.getmask(char)) != bytes(font.getmask(_NOT_A_CHARACTER))

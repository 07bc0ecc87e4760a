"""Burning into a page who looked at it, and when. There is no way to serve a page that was not stamped.

The font covers the characters of GB 2312 and most of GBK; a character that it lacks (a rare surname, an
emoji) is written as its code point, so that no name turns into empty boxes. So is an invisible one, since a
mark that turns the writing direction would turn the stamp around.
"""

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
QUALITY = 85
_NOT_A_CHARACTER = "\uffff"  # no font has it: it draws the box of a missing one


class NotStamped(Exception):
    """The page could not be stamped, so it is not shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is burnt in. `code_name` is the deal's; `person_id` tells namesakes apart."""

    name: str
    person_id: UUID
    code_name: str
    at: datetime
    network: str | None = None

    @property
    def lines(self) -> tuple[str, str]:
        parts = [f"{self.at:%Y-%m-%d %H:%M:%S %z}", str(self.person_id)[-8:]]
        if self.network:
            parts.append(self.network)
        return f"{self.name} · {self.code_name}", " · ".join(parts)


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
    tile = _tile(mark, max(image.width // 52, 12))
    layer = Image.new("RGBA", image.size)
    for row, top in enumerate(range(0, image.height, tile.height)):
        shift = (row % 2) * tile.width // 2
        for left in range(-shift, image.width, tile.width):
            layer.paste(tile, (left, top))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _tile(mark: Mark, size: int) -> Image.Image:
    """The lines once, turned, dark with a light edge: one of the two shows on any ground."""
    font = _font(size)
    text = "\n".join(readable(line) for line in mark.lines)
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font)
    line = Image.new("RGBA", (int(right - left) + size, int(bottom - top) + size))
    ImageDraw.Draw(line).multiline_text(
        (size / 2 - left, size / 2 - top),
        text,
        font=font,
        fill=(60, 60, 60, STRENGTH),
        stroke_width=1,
        stroke_fill=(200, 200, 200, STRENGTH),
    )
    return line.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)


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

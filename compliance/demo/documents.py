"""Files for the demo's rooms, made on the spot: pages as PDF, a picture, a sheet; all of it invented."""

import io
from collections.abc import Sequence

import xlsxwriter
from PIL import Image, ImageDraw, ImageFont

from deals.viewer.stamping import FONT

_PAGE = (1240, 1754)  # A4 at 150 dots an inch
_MARGIN, _LINE = 110, 46
_PLAN = (((260, 280), "办公区"), ((800, 280), "展厅"), ((360, 600), "仓库"), ((910, 600), "机房"))
_INK, _PAPER, _TEAL = "#23292b", "#fffdf9", "#1d4f58"


def pdf(title: str, pages: Sequence[Sequence[str]]) -> bytes:
    """One page for each run of lines."""
    drawn = [_page(title, lines, f"{number} / {len(pages)}") for number, lines in enumerate(pages, start=1)]
    target = io.BytesIO()
    drawn[0].save(target, "PDF", resolution=150, save_all=True, append_images=drawn[1:])
    return target.getvalue()


def picture(title: str) -> bytes:
    """A floor plan, as PNG."""
    image = Image.new("RGB", (1200, 800), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), title, fill=_INK, font=_font(40))
    for box in ((80, 140, 560, 460), (600, 140, 1120, 460), (80, 500, 760, 740), (800, 500, 1120, 740)):
        draw.rectangle(box, outline=_TEAL, width=4)
    for place, name in (
        ((260, 280), "办公区"),
        ((800, 280), "展厅"),
        ((360, 600), "仓库"),
        ((910, 600), "机房"),
    ):
        draw.text(place, name, fill=_TEAL, font=_font(32))
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def sheet(rows: Sequence[Sequence[str | int]]) -> bytes:
    """A sheet of figures, headings first, as XLSX."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("经营数据")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def _page(title: str, lines: Sequence[str], foot: str) -> Image.Image:
    image = Image.new("RGB", _PAGE, "white")
    draw = ImageDraw.Draw(image)
    draw.text((_MARGIN, _MARGIN), title, fill=_TEAL, font=_font(44))
    draw.line((_MARGIN, _MARGIN + 76, _PAGE[0] - _MARGIN, _MARGIN + 76), fill=_TEAL, width=3)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, _MARGIN + 120 + number * _LINE), line, fill=_INK, font=_font(28))
    draw.text((_PAGE[0] - 2 * _MARGIN, _PAGE[1] - _MARGIN), foot, fill=_INK, font=_font(24))
    return image


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)

"""The document as a PDF to be printed and sealed: our own words drawn as pictures of pages, nothing else in
it.

Each page bears the number, the page's place and the document's hash, as words and as a QR code, so that a
page that comes back is known to be of this very document. There is room for the seal behind the last
clause.
"""

from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from deals.redaction.painting import picture_of
from deals.redaction.paper import Paper
from deals.seals.document import Document
from deals.viewer.stamping import FONT, readable

DOTS = 150  # an inch
A4 = (595.28, 841.89)  # points (ISO 216, at 72 to the inch)
WIDE, TALL = (round(side * DOTS / 72) for side in A4)
MARGIN, FOOT = 130, 250  # dots at the sides and above; at the foot
_TITLE, _BODY, _SMALL = 40, 24, 17  # dots of a character
_CODE = 150  # dots of the QR code's side
_SEAL = 560  # dots that signature and seal take
MARK = "SEALROOM"


@dataclass
class _Sheets:
    """The pages so far, and how far the last is filled."""

    pages: list[Image.Image] = field(default_factory=list)
    top: int = TALL

    def room_for(self, dots: int) -> ImageDraw.ImageDraw:
        if self.top + dots > TALL - FOOT:
            self.pages.append(Image.new("L", (WIDE, TALL), 255))
            self.top = MARGIN
        return ImageDraw.Draw(self.pages[-1])


class Form(Paper):
    """With an empty form (ISO 32000-1, 12.7.2): what a signature by certificate adds is then a field of it,
    and anything else that came with the signature is told from that (`deals.seals.ca.verifying`)."""

    beside = " /AcroForm << /Fields [] /SigFlags 3 >>"


def pdf_of(document: Document) -> tuple[bytes, int]:
    """The file and how many pages it has."""
    with override(document.language):
        pages = _pages(document)
        for number, page in enumerate(pages, 1):
            _foot(page, document, number, len(pages))
    paper = Form()
    pieces = [paper.begin()]
    for page in pages:
        pieces += paper.page(picture_of(page, []), *A4)
    return b"".join([*pieces, paper.end()]), len(pages)


def code_of(document: Document, number: int, of: int) -> str:
    """What a page's QR code says."""
    return f"{MARK} {document.number} {document.hash.hex()} {number}/{of}"


def lines_of(text: str, size: int, width: int) -> list[str]:
    """The text broken into lines no wider than `width` dots: between words, and anywhere between Chinese
    characters. A character that the font lacks is its code point, so that no name turns into empty boxes."""
    shown = [readable(paragraph) for paragraph in text.strip().splitlines()]
    return [line for paragraph in shown for line in _broken(paragraph, _font(size), width)]


def _pages(document: Document) -> list[Image.Image]:
    sheets = _Sheets()
    _write(sheets, document.title, _TITLE)
    for label, value in _who(document):
        _write(sheets, f"{label}: {value}" if document.language == "en" else f"{label}：{value}", _BODY)
    sheets.top += _BODY
    for part in document.parts:
        _write(sheets, part, _BODY)
        sheets.top += _BODY
    _place_for_the_seal(sheets, document)
    return sheets.pages


def _who(document: Document) -> list[tuple[str, str]]:
    return [
        (_("Company"), document.company),
        (_("Unified social credit code"), document.code),
        (_("Project"), document.code_name),
        (_("Document number"), document.number),
    ]


def _place_for_the_seal(sheets: _Sheets, document: Document) -> None:
    sheets.room_for(_SEAL)
    space = "\n".join(
        (
            f"{_('Company (seal)')}: {document.company}",
            "",
            "",
            "",
            f"{_('Legal representative or agent (signature)')}: ____________________",
            "",
            f"{_('Date')}: ____________________",
        )
    )
    _write(sheets, space, _BODY)


def _write(sheets: _Sheets, text: str, size: int) -> None:
    height = size * 8 // 5
    for line in lines_of(text, size, WIDE - 2 * MARGIN):
        draw = sheets.room_for(height)
        draw.text((MARGIN, sheets.top), line, font=_font(size), fill=0)
        sheets.top += height


def _foot(page: Image.Image, document: Document, number: int, of: int) -> None:
    draw, top = ImageDraw.Draw(page), TALL - FOOT + 40
    draw.line((MARGIN, top - 12, WIDE - MARGIN, top - 12), fill=0)
    printed = document.hash.hex()
    for at, line in enumerate(
        (
            f"{document.number}    {number} / {of}",
            _("Fingerprint of this document (SHA-256)"),
            " ".join(printed[start : start + 8] for start in range(0, 32, 8)),
            " ".join(printed[start : start + 8] for start in range(32, 64, 8)),
        )
    ):
        draw.text((MARGIN, top + at * _SMALL * 8 // 5), line, font=_font(_SMALL), fill=0)
    page.paste(_qr(code_of(document, number, of)), (WIDE - MARGIN - _CODE, top))


def _qr(text: str) -> Image.Image:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=1)
    code.add_data(text)
    dots = code.get_matrix()
    small = Image.new("L", (len(dots), len(dots)), 255)
    small.putdata([0 if dark else 255 for row in dots for dark in row])
    return small.resize((_CODE, _CODE), Image.Resampling.NEAREST)


def _broken(paragraph: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(paragraph):
        if line and font.getlength(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
            piece = piece.lstrip()  # noqa: PLW2901 (the start of a line has no space)
        while font.getlength(piece) > width:  # a word longer than the line
            cut = next(at for at in range(len(piece), 0, -1) if font.getlength(piece[:at]) <= width)
            lines.append(piece[:cut])
            piece = piece[cut:]  # noqa: PLW2901
        line += piece
    return [*lines, line.rstrip()]


def _pieces(paragraph: str) -> list[str]:
    """Words with the space behind them; each Chinese character by itself, together with a mark that may not
    begin a line."""
    found: list[str] = []
    for char in paragraph:
        joins = found and (char in _NOT_FIRST or (_is_latin(char) and _is_latin(found[-1][-1])))
        if joins and not (found[-1].endswith(" ") and char != " "):
            found[-1] += char
        else:
            found.append(char)
    return found


_NOT_FIRST = "，。；：！？、）》”’％"


def _is_latin(char: str) -> bool:
    return ord(char) < 0x2E80


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)

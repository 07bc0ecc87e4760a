"""PDFs written by hand, with everything in them that must not survive a redaction."""

import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

NAME, ID_NUMBER, PHONE, CARD = "Ouyang Xiuwen", "110101199003070038", "13800138000", "6222021001112345670"
MAIL, CODE = "ouyang@qq.com", "91350211M000100Y46"
# What each part of the hostile file says and nothing else in it does.
HIDDEN = (
    "Metawords",
    "Xmpwords",
    "Attachedwords",
    "Layeredwords",
    "Commentwords",
    "Scriptwords",
    "Earlierwords",
)


class Page(NamedTuple):
    """`texts`: (x, y, words) in the page's own space; boxes as PDF has them."""

    texts: tuple[tuple[float, float, str], ...] = ()
    media: tuple[float, float, float, float] = (0, 0, 595, 842)
    crop: tuple[float, float, float, float] | None = None
    rotate: int = 0


def pdf(*pages: Page, catalogue: str = "", info: str = "", more: Iterable[str] = ()) -> bytes:
    """A PDF with a text layer; objects `more` are numbered from 100 on."""
    objects: dict[int, bytes] = {3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
    kids = []
    for number, page in enumerate(pages):
        drawn = zlib.compress(
            "".join(f"BT /F1 18 Tf {x} {y} Td ({words}) Tj ET\n" for x, y, words in page.texts).encode()
        )
        at = 4 + 2 * number
        kids.append(f"{at} 0 R")
        crop = f"/CropBox [{_numbers(page.crop)}]" if page.crop else ""
        objects[at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{_numbers(page.media)}] {crop} /Rotate {page.rotate}"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {at + 1} 0 R >>"
        ).encode()
        objects[at + 1] = (
            f"<< /Length {len(drawn)} /Filter /FlateDecode >>\nstream\n".encode() + drawn + b"\nendstream"
        )
    objects[1] = f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode()
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    objects |= {100 + number: text.encode() for number, text in enumerate(more)}
    return _written(objects, info)


def hostile() -> bytes:
    """Metadata, XMP, an attachment, a hidden layer, a comment, a script, and a revision that was replaced."""
    words = (
        f"Name {NAME}",
        f"ID {ID_NUMBER}",
        f"Phone {PHONE}",
        f"Card {CARD}",
        f"Mail {MAIL}",
        f"Code {CODE}",
    )
    page = Page(tuple((72, 700 - 40 * line, text) for line, text in enumerate(words)))
    xmp = "<x:xmpmeta>Xmpwords</x:xmpmeta>"
    layer = "/OC /L1 BDC BT /F1 18 Tf 72 100 Td (Layeredwords) Tj ET EMC"
    data = pdf(
        page,
        catalogue="/Metadata 100 0 R /Names << /EmbeddedFiles << /Names [(a.txt) 101 0 R] >> >>"
        " /OCProperties << /OCGs [103 0 R] /D << /OFF [103 0 R] /Order [103 0 R] >> >>"
        " /OpenAction << /S /JavaScript /JS (Scriptwords) >>",
        info="<< /Title (Metawords) /Author (Ouyang Xiuwen) >>",
        more=(
            f"<< /Type /Metadata /Subtype /XML /Length {len(xmp)} >>\nstream\n{xmp}\nendstream",
            "<< /Type /Filespec /F (a.txt) /EF << /F 102 0 R >> >>",
            "<< /Type /EmbeddedFile /Length 13 >>\nstream\nAttachedwords\nendstream",
            "<< /Type /OCG /Name (Layeredwords) >>",
            f"<< /Length {len(layer)} >>\nstream\n{layer}\nendstream",
            "<< /Type /Annot /Subtype /Text /Rect [300 300 320 320] /Contents (Commentwords) /F 2 >>",
        ),
    )
    first = (
        "4 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [105 0 R]"
        " /Resources << /Font << /F1 3 0 R >> /Properties << /L1 103 0 R >> >> /Contents [5 0 R 104 0 R] >>\n"
        "endobj\n"
        "110 0 obj\n<< /Note (Earlierwords) >>\nendobj\n"
    )
    revised = _revised(data, first)
    return _revised(revised, "110 0 obj\n<< /Note (nothing) >>\nendobj\n")


def _revised(data: bytes, objects: str) -> bytes:
    """An incremental update (ISO 32000-1, 7.5.6): the bytes before it stay in the file."""
    places, at = [], len(data)
    for text in objects.split("endobj\n")[:-1]:
        places.append((int(text.split()[0]), at))
        at += len(text.encode()) + len("endobj\n")
    before = data.rindex(b"startxref\n") + len(b"startxref\n")
    last = int(data[before:].split()[0])
    rows = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in places)
    trailer = f"trailer\n<< /Size 120 /Root 1 0 R /Info 90 0 R /Prev {last} >>\n"
    return data + f"{objects}xref\n{rows}{trailer}startxref\n{at}\n%%EOF\n".encode()


def _written(objects: dict[int, bytes], info: str) -> bytes:
    if info:
        objects[90] = info.encode()
    data, rows = b"%PDF-1.7\n", ""
    for number in sorted(objects):
        rows += f"{number} 1\n{len(data):010} 00000 n \n"
        data += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    rest = "/Info 90 0 R" if info else ""
    end = f"xref\n0 1\n0000000000 65535 f \n{rows}trailer\n<< /Size 120 /Root 1 0 R {rest} >>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()


def _numbers(box: Any) -> str:
    return " ".join(f"{side:g}" for side in box)


def streams(data: bytes) -> bytes:
    """The file and every stream in it that Flate has packed, opened."""
    opened = [data]
    for part in data.split(b"stream\n")[1:]:
        try:
            opened.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return b"\n".join(opened)

"""A PDF that is nothing but pictures, one a page (ISO 32000-1).

Written from nothing: catalogue, pages, images. There is no place in it where text, metadata, a font, an
attachment, an annotation, a script, a layer or an earlier revision could stand, so none has to be removed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_CATALOGUE, _PAGES, _FIRST_FREE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Picture:
    """Encoded pixels, and how a reader has to decode them (the entries of the image's dictionary)."""

    data: bytes
    wide: int
    tall: int
    coding: str


class Paper:
    """Gives the file piece by piece, so that it can be sealed as it grows: `begin`, `page`…, `end`."""

    beside = ""  # what stands in the catalogue beside the pages: nothing here

    def __init__(self) -> None:
        self._size = 0
        self._places: dict[int, int] = {}  # object number → byte
        self._pages: list[int] = []

    def begin(self) -> bytes:
        # Four bytes above 127 tell transports that the file is binary (7.5.2).
        return self._piece(b"%PDF-1.5\n%\xe5\xb0\x81\xe5\n")

    def page(self, picture: Picture, wide: float, tall: float) -> Iterator[bytes]:
        """One page of this size in points, filled by the picture."""
        image = _FIRST_FREE + 3 * len(self._pages)
        drawing, page = image + 1, image + 2
        yield self._object(
            image,
            f"<< /Type /XObject /Subtype /Image /Width {picture.wide} /Height {picture.tall}"
            f" /BitsPerComponent 8 {picture.coding} /Length {len(picture.data)} >>",
            picture.data,
        )
        drawn = f"{wide:.2f} 0 0 {tall:.2f} 0 0 cm /I Do".encode()
        yield self._object(drawing, f"<< /Length {len(drawn)} >>", drawn)
        yield self._object(
            page,
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {wide:.2f} {tall:.2f}]"
            f" /Resources << /XObject << /I {image} 0 R >> >> /Contents {drawing} 0 R >>",
        )
        self._pages.append(page)

    def end(self) -> bytes:
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        closing = self._object(_PAGES, f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>")
        closing += self._object(_CATALOGUE, f"<< /Type /Catalog /Pages {_PAGES} 0 R{self.beside} >>")
        start, count = self._size, len(self._places) + 1
        rows = "".join(f"{self._places[number]:010} 00000 n \n" for number in range(1, count))
        return closing + self._piece(
            f"xref\n0 {count}\n0000000000 65535 f \n{rows}"
            f"trailer\n<< /Size {count} /Root {_CATALOGUE} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        )

    def _object(self, number: int, dictionary: str, stream: bytes | None = None) -> bytes:
        self._places[number] = self._size
        body = b"" if stream is None else b"\nstream\n" + stream + b"\nendstream"
        return self._piece(f"{number} 0 obj\n{dictionary}".encode() + body + b"\nendobj\n")

    def _piece(self, data: bytes) -> bytes:
        self._size += len(data)
        return data

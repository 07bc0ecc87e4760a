"""Files as one seat takes them along: every page a picture with the mark of the seat burnt into its pixels,
by the code that marks the pages of data rooms. Text, links and what else a file held are not in it.

Drawing is done in the process without keys, as the file was looked at when it was taken in: what it is may be
a stranger's. The same file and mark make the same bytes.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from deals.files.sniffing import MediaType
from deals.redaction.paper import Paper, Picture
from deals.viewer.rendering import WIDTH, Unshowable, draw_page, draw_sheet, in_memory
from deals.viewer.stamping import Mark, NotStamped, stamp
from vault.records.errors import NotPossible

DRAWN = {"pdf": MediaType.PDF, "png": MediaType.PNG, "jpg": MediaType.JPEG}
_BECOMES = {"png": "jpg"}
_SHORT, _LONG = 595.28, 841.89  # points: the edges of A4
_CODING = "/ColorSpace /DeviceRGB /Filter /DCTDecode"


def stamped_name(name: str, extension: str) -> str:
    """What the file is called then: a marked picture is a JPEG."""
    return name.removesuffix(extension) + _BECOMES.get(extension, extension)


def stamped(data: bytes, extension: str, mark: Mark) -> Iterator[bytes]:
    """A PDF of marked pages, page by page, or one marked picture. Raises NotPossible: never a clean page."""
    try:
        if extension == "pdf":
            yield from _paper(data, mark)
        else:
            yield stamp(draw_page([data], DRAWN[extension], 1).image, mark)
    except (Unshowable, NotStamped):
        raise NotPossible(
            _("A file cannot be marked as taken by this seat, so it is not given out.")
        ) from None


def _paper(data: bytes, mark: Mark) -> Iterator[bytes]:
    paper, page, count = Paper(), 0, 1
    begin = paper.begin()  # given out with the first page: if that cannot be marked, nothing is
    with in_memory([data]) as handle:
        while page < count:
            page += 1
            sheet = draw_sheet(handle, MediaType.PDF, page, WIDTH)
            count, image = sheet.count, sheet.image
            across = _LONG if image.width > image.height else _SHORT
            picture = Picture(stamp(image, mark), *image.size, _CODING)
            drawn = paper.page(picture, across, across * image.height / image.width)
            yield b"".join([begin, *drawn])
            begin = b""
    yield paper.end()

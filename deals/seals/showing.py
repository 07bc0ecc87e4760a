"""Pages of the document and of what came back, as pictures, each drawn under an entry of its own."""

from dataclasses import dataclass

from audit.actions import Action
from deals.files.sniffing import MediaType
from deals.seals import keeping
from deals.seals.models import CompanyUndertaking, Part, SealedPaper, SealedReturn
from deals.viewer.pages import mark_of
from deals.viewer.rendering import Unshowable, draw_page
from deals.viewer.stamping import stamp
from people.accounts.models import User
from vault.crypto.errors import CryptoError


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a return: of which file, and its number there."""

    paper: SealedPaper
    page: int

    @property
    def part(self) -> Part:
        return Part(self.paper.part)


def leaves_of(returned: SealedReturn) -> list[Leaf]:
    """Every page that an officer looks at, in order."""
    papers = SealedPaper.objects.filter(returned=returned).order_by("position")
    return [Leaf(paper, page) for paper in papers for page in range(1, paper.pages + 1)]


def leaf_image(undertaking: CompanyUndertaking, leaf: Leaf, number: int, viewer: User) -> bytes:
    """JPEG, stamped with who looks. Raises Unshowable, NotStamped; LogUnavailable before a byte is opened."""
    paper = leaf.paper
    held = keeping.hold(
        undertaking, Action.SEAL_COMPARE, files=(paper.file_key_id,), fields=(f"page.{number}",)
    )
    try:
        data = keeping.bytes_of(held.file(paper.pk, paper.file_key_id))
    except (CryptoError, OSError) as problem:
        raise Unshowable from problem
    sheet = draw_page([data], MediaType(paper.media_type), leaf.page)
    return stamp(sheet.image, mark_of(viewer, undertaking.group.room.deal))


def document_image(undertaking: CompanyUndertaking, number: int, viewer: User) -> bytes:
    """A page of the document as drawn up, likewise."""
    held = keeping.hold(
        undertaking, Action.SEAL_VIEW, files=(undertaking.pdf_key_id,), fields=(f"page.{number}",)
    )
    sheet = draw_page([pdf_with(undertaking, held)], MediaType.PDF, number)
    return stamp(sheet.image, mark_of(viewer, undertaking.group.room.deal))


def pdf_to_seal(undertaking: CompanyUndertaking) -> bytes:
    """The file to be printed and sealed, as it was drawn up. Raises Unshowable."""
    held = keeping.hold(undertaking, Action.SEAL_TAKE, files=(undertaking.pdf_key_id,))
    return pdf_with(undertaking, held)


def pdf_with(undertaking: CompanyUndertaking, held: keeping.Held) -> bytes:
    """The file, where the keys that are held include its own. Raises Unshowable."""
    try:
        return keeping.bytes_of(held.file(undertaking.pdf_id, undertaking.pdf_key_id))
    except (CryptoError, OSError) as problem:
        raise Unshowable from problem

"""Books with their purposes and their notice, as officers and book pages show them."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Holding, Purpose, purposes_of
from vault.purposes.codes import Recipient
from vault.purposes.needs import in_words
from vault.purposes.notices.models import Notice
from vault.purposes.notices.services import is_stale
from vault.records.models import ClientBook


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """One purpose of a book; no row means that it was never switched on."""

    purpose: Purpose
    row: BookBasis | None

    @property
    def is_on(self) -> bool:
        return self.row is not None and self.row.on

    @property
    def recipient_names(self) -> list[str]:
        """To whom the data may be given, with separate consent."""
        return [str(Recipient(code).label) for code in self.row.recipients] if self.row else []

    @property
    def needed(self) -> str:
        """The names of the fields that it needs."""
        return in_words(self.row.fields) if self.row else ""


@dataclass(frozen=True, slots=True)
class BookLine:
    book: ClientBook
    purposes: list[PurposeLine]
    notice: Notice | None
    is_stale: bool

    @property
    def is_told_by_us(self) -> bool:
        """The people in an entrusted book are told by its principal."""
        return self.book.holding == Holding.OWN


def overview() -> list[BookLine]:
    """Every book, in three queries."""
    books = list(ClientBook.objects.select_related("lead").order_by("name", "id"))
    newest = Notice.objects.order_by("book_id", "-version").distinct("book_id")
    notices = {notice.book_id: notice for notice in newest}
    rows: dict[UUID, list[BookBasis]] = defaultdict(list)
    for row in BookBasis.objects.order_by("purpose"):
        rows[row.book_id].append(row)
    return [line_of(book, rows[book.pk], notices.get(book.pk)) for book in books]


def line_of(book: ClientBook, rows: list[BookBasis], notice: Notice | None) -> BookLine:
    """One book. `rows` are all of its purposes, in the order of their codes."""
    by_purpose = {row.purpose: row for row in rows}
    lines = [PurposeLine(purpose, by_purpose.get(purpose.value)) for purpose in purposes_of(book.holding)]
    stale = notice is not None and is_stale(notice, [row for row in rows if row.on])
    return BookLine(book, lines, notice, stale)


def ordered_rows(book: ClientBook) -> list[BookBasis]:
    """The purposes that the book has, on or off, in the order of the catalogue."""
    order = list(purposes_of(book.holding))
    return sorted(BookBasis.objects.filter(book=book), key=lambda row: order.index(Purpose(row.purpose)))

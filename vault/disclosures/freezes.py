"""A frozen book stops its exports, too: their files lie in a compartment that no freeze of a book shuts."""

from collections.abc import Iterator
from uuid import UUID

from people.locks.standing import shuts
from vault.disclosures.firms import shut_firm
from vault.disclosures.models import Export
from vault.files.store import SealedFile
from vault.keys.errors import CompartmentFrozen
from vault.keys.freezing import frozen_among
from vault.records.models import Client

ASK_AGAIN = 1024**2  # bytes between two questions


class CutOff(ConnectionError):
    """A book was frozen, the person locked or the firm shut while the bytes were under way; the answer ends
    unfinished."""


def check_not_frozen(export: Export) -> None:
    """Raises CompartmentFrozen: a book that somebody in the export is of is frozen."""
    if frozen := frozen_among(_books(export)):
        raise CompartmentFrozen(len(frozen))


def watched(export: Export, file: SealedFile) -> Iterator[bytes]:
    """The file's bytes, as long as no book in it is frozen, who takes it is not locked and the firm that it
    is for is in force. Raises CutOff."""
    return _pieces(file, _books(export), export)


def _books(export: Export) -> list[UUID]:
    clients = Client.objects.filter(pk__in=export.items.values("client_id"))
    return list(clients.order_by().values_list("book_id", flat=True).distinct())


def _pieces(file: SealedFile, books: list[UUID], export: Export) -> Iterator[bytes]:
    since_asked = 0
    with file:
        for piece in file:
            if since_asked and (shuts(export.requester_id) or shut_firm(export)):
                raise CutOff
            if since_asked >= ASK_AGAIN:
                since_asked = 0
                if frozen_among(books):
                    raise CutOff
            since_asked += len(piece)
            yield piece

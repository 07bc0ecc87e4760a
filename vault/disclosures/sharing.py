"""Exported lists put where others take them: a file in a deal's room, known by the marks in it.

An export is counted for the recipient that it was approved for. Whoever takes the same list from a room is
another recipient, and counts once more (interpretation of 2017, art. 11), to the account of who put it there.
Masked lists identify nobody and are not counted.

The file is a copy that no destruction and no withdrawal reaches, so each taking asks anew whether the list
may still be given. An export's list is what was asked for: whoever left it before the file was made holds
it back too, for nobody can tell from the marks which making of the file this is a copy of.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from people.accounts.models import User
from vault.disclosures.counting import OfficerNeeded, count_or_stop
from vault.disclosures.holds import held_among
from vault.disclosures.leaked import read_leaked
from vault.disclosures.marking import identifying, may_be_invented
from vault.disclosures.marks import mark_key
from vault.disclosures.models import Channel, Export, ExportItem, MarkKeys, SharedList
from vault.disclosures.reserving import people_given
from vault.disclosures.selection import GONE, HELD, NOT_OPEN, Selection, Use, left_out_words, usable
from vault.disclosures.services import ask_share_review
from vault.disclosures.watching import known_canaries
from vault.purposes.codes import Act
from vault.purposes.codes import Recipient as ThirdParty
from vault.purposes.lawfulness import refuse
from vault.records.access import may_open
from vault.records.models import Client

ENOUGH = 2  # invented people by which a list is known; one alone may be somebody's mistyped number


@dataclass(frozen=True, slots=True)
class Side:
    """As whom somebody outside is given a list; `principal_of` the deal for which they entrusted data."""

    third_party: ThirdParty
    principal_of: UUID | None = None

    def use(self, export: Export, clients: Iterable[Client]) -> Use:
        """To give to a side of the deal is to provide to a third party (PIPL 23), whoever the export was for.

        Who gets back what they entrusted to us for this deal is none (PIPL 21).
        """
        if self.principal_of and all(one.book.deal_id == self.principal_of for one in clients):
            return Use(export.purpose, export.chosen, Act.EXPORT, ThirdParty.NONE)
        return Use(export.purpose, export.chosen, Act.SHARE, self.third_party)


class ListWithheld(Exception):
    """Somebody of the list was destroyed, is kept for storage only, or may not be given to the taker; or
    oversight has stopped the exports of their book."""


def exports_in(sheet: BinaryIO, filename: str) -> set[UUID]:
    """The plaintext exports whose people a sheet holds. Raises SheetError when it is no sheet."""
    keys = MarkKeys.objects.first()
    if keys is None:  # nothing was ever exported
        return set()
    rows = read_leaked(sheet, filename).rows
    readings = [one for row in rows for one in row.readings() if may_be_invented(one)]
    names = {name for one in readings for name in identifying(one)}
    found = known_canaries(mark_key(keys), names) if names else {}
    return {export for export, numbers in found.items() if len(numbers) >= ENOUGH}


def note_lists(*, actor: User, file_id: UUID, exports: Iterable[UUID]) -> None:
    """Note that `actor` put these lists into a file, in the transaction that makes the file known."""
    plain = Export.objects.filter(pk__in=list(exports), masked=False)
    SharedList.objects.bulk_create([SharedList(file_id=file_id, export=one, by=actor) for one in plain])


def any_lists(file_ids: Iterable[UUID]) -> bool:
    """Whether exported lists were found in any of these files."""
    return SharedList.objects.filter(file_id__in=list(file_ids)).exists()


def files_holding(clients: Iterable[UUID]) -> set[UUID]:
    """The files that others may take in which a list of any of these clients was found."""
    found = SharedList.objects.filter(export__items__client_id__in=clients)
    return set(found.values_list("file_id", flat=True))


def holds_destroyed(exports: Collection[UUID]) -> bool:
    """Whether anybody who was asked for in these exports is no more."""
    items = ExportItem.objects.filter(export__in=exports)
    return items.exclude(client_id__in=Client.objects.values("pk")).exists()


def is_withheld(*, file_id: UUID, sides: Collection[Side]) -> bool:
    """Whether any list in the file may not be given now. `sides`: as whom somebody outside would be given it;
    none for the house's own people."""
    return next(_held_back(file_id, sides), None) is not None


def why_withheld(*, file_id: UUID, side: Side | None = None) -> list[tuple[str, int]]:
    """Why the lists in a file are kept from this side (without one: from everybody), in words, and from how
    many people of a list at most. To whoever runs the room, never to the side."""
    left_out: Counter[str] = Counter()
    for _clients, _use, found in _held_back(file_id, [side] if side else []):
        left_out |= Counter(found.left_out)
    return left_out_words(left_out)


def require_givable(*, taker: User, file_id: UUID, sides: Collection[Side]) -> None:
    """Raises ListWithheld as `is_withheld` tells; what the law keeps from the taker is logged and alerted."""
    held = list(_held_back(file_id, sides))
    for clients, use, found in held:
        refuse(taker, clients, found.refused, purpose=use.purpose, act=use.act, groups=use.groups)
    if held:
        raise ListWithheld


def _held_back(file_id: UUID, sides: Collection[Side]) -> Iterator[tuple[list[Client], Use, Selection]]:
    """The lists of which not everybody may be given: who is still there, for which use, who is left out."""
    for shared in SharedList.objects.filter(file_id=file_id).select_related("export__outsider"):
        export = shared.export
        ids = set(export.items.values_list("client_id", flat=True))
        clients = list(Client.objects.filter(pk__in=ids).select_related("book"))
        held = held_among({one.book_id for one in clients})
        closed = {
            GONE: len(ids) - len(clients),
            NOT_OPEN: sum(not may_open(one) for one in clients),
            HELD: sum(one.book_id in held for one in clients),
        }
        if any(closed.values()):
            yield clients, Use.of(export), Selection([], +Counter(closed), {})
        for side in sides:
            use = side.use(export, clients)
            chosen = usable(clients, use)
            if len(chosen.clients) < len(clients):
                yield clients, use, chosen


def count_taken(*, taker: User, file_id: UUID) -> None:
    """Count the people of a file's lists as given to `taker`, before a byte of it is opened.

    Raises OfficerNeeded: the counts of who put it there would reach the marks; an officer is asked.
    """
    for shared in SharedList.objects.filter(file_id=file_id).exclude(by=taker).select_related("export", "by"):
        try:
            count_or_stop(
                person=shared.by,
                recipient=taker.pk,
                purpose=shared.export.purpose,
                channel=Channel.SHARE,
                subjects=people_given(shared.export),
                object_id=file_id,
            )
        except OfficerNeeded:
            ask_share_review(shared=shared, taker=taker)
            raise

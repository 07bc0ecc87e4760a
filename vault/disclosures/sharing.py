"""Exported lists put where others take them: a file in a deal's room, known by the marks in it.

An export is counted for the recipient that it was approved for. Whoever takes the same list from a room is
another recipient, and counts once more (interpretation of 2017, art. 11), to the account of who put it there.
Masked lists identify nobody and are not counted.
"""

from collections.abc import Iterable
from typing import BinaryIO
from uuid import UUID

from people.accounts.models import User
from vault.disclosures.categories import gravest
from vault.disclosures.counting import category_of, count_or_stop
from vault.disclosures.leaked import read_leaked
from vault.disclosures.marking import identifying, may_be_invented
from vault.disclosures.marks import mark_key
from vault.disclosures.models import Channel, Export, MarkKeys, SharedList
from vault.disclosures.watching import known_canaries
from vault.records.models import Client

ENOUGH = 2  # invented people by which a list is known; one alone may be somebody's mistyped number


def exports_in(sheet: BinaryIO, filename: str) -> set[UUID]:
    """The plaintext exports whose people a sheet holds. Raises SheetError when it is no sheet."""
    keys = MarkKeys.objects.first()
    if keys is None:  # nothing was ever exported
        return set()
    readings = [one for row in read_leaked(sheet, filename) for one in row.readings() if may_be_invented(one)]
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


def count_taken(*, taker: User, file_id: UUID) -> None:
    """Count the people of a file's lists as given to `taker`, before a byte of it is opened.

    Raises OfficerNeeded: the counts of who put it there have reached the marks.
    """
    for shared in SharedList.objects.filter(file_id=file_id).exclude(by=taker).select_related("export", "by"):
        shown = gravest(shared.export.chosen)
        held = Client.objects.filter(pk__in=shared.export.items.values("client_id"))
        count_or_stop(
            person=shared.by,
            recipient=taker.pk,
            purpose=shared.export.purpose,
            channel=Channel.SHARE,
            subjects={pk: category_of(kind, shown) for pk, kind in held.values_list("pk", "kind")},
            object_id=file_id,
        )

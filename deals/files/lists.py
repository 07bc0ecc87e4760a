"""Exported lists of clients among the files of a room: found as they arrive, counted as they are taken,
withheld once somebody of them was destroyed or may not be given away."""

from pathlib import PurePath
from uuid import UUID

from audit.actions import Action, ObjectType, Reason
from audit.refusals import Refused
from deals.files.models import FileVersion
from deals.files.sniffing import MediaType
from deals.rooms.models import GroupKind, RoomGroup
from people.accounts.models import Kind, User
from vault.disclosures.counting import OfficerNeeded
from vault.disclosures.sharing import (
    ListWithheld,
    Side,
    count_taken,
    exports_in,
    is_withheld,
    require_givable,
)
from vault.files.store import SealedFile
from vault.files.streams import as_stream
from vault.purposes.codes import Recipient as ThirdParty
from vault.records.importing.problems import SheetError

SHEET_LIMIT = 20 * 1024**2  # bytes; an export of the most people that there can be in one is far smaller

# What a side of the deal is to the consents. Nobody is asked to consent to being given to a seller: what a
# seller's people take is what the law demands, or what the seller entrusted to us for this very deal.
_THIRD_PARTIES = {GroupKind.BUYER: ThirdParty.BUYER, GroupKind.ADVISER: ThirdParty.ADVISER}


class Withheld(Refused):
    """The version holds a list that may not be given; said in words to whoever may take the file itself."""


def may_hold_a_list(kind: MediaType, size: int) -> bool:
    """Whether a file can be a sheet at all."""
    return kind in (MediaType.ZIP, MediaType.OTHER) and size <= SHEET_LIMIT


def lists_in(content: SealedFile, name: str) -> set[UUID]:
    """The exports whose people are in a file that may be a sheet."""
    with as_stream(content) as sheet:
        try:
            return exports_in(sheet, f"sheet{PurePath(name).suffix.lower()}")
        except SheetError:
            return set()


def leave_to_take(version: FileVersion, taker: User) -> None:
    """Count what of clients is in the version as given to `taker`.

    Raises Withheld; Refused past the marks.
    """
    told = ObjectType.FILE, version.file_id, Action.FILE_DOWNLOAD
    deal = version.room.deal_id
    try:
        require_givable(taker=taker, file_id=version.pk, sides=_sides(version, taker))
        count_taken(taker=taker, file_id=version.pk)
    except ListWithheld:
        raise Withheld(*told, deal=deal, reason=Reason.LIST_WITHHELD) from None
    except OfficerNeeded:
        raise Refused(*told, deal=deal, reason=Reason.OFFICER_NEEDED) from None


def withheld(version: FileVersion, taker: User) -> bool:
    """Whether the version holds a list that may not be given to `taker` now."""
    return may_hold_a_list(MediaType(version.media_type), version.size) and is_withheld(
        file_id=version.pk, sides=_sides(version, taker)
    )


def _sides(version: FileVersion, taker: User) -> set[Side]:
    """As whom somebody outside takes from the room: all their sides, so that none is a way around another."""
    if taker.kind == Kind.STAFF:
        return set()
    groups = RoomGroup.objects.filter(room_id=version.room_id, auth_group__user=taker)
    kinds = {GroupKind(kind) for kind in groups.values_list("kind", flat=True)}
    return {side_of(kind, version.room.deal_id) for kind in kinds} or {Side(ThirdParty.NONE)}


def side_of(kind: GroupKind, deal_id: UUID) -> Side:
    """What a side of this deal is to the clients whose data a list holds."""
    if kind == GroupKind.SELLER:
        return Side(ThirdParty.NONE, principal_of=deal_id)
    return Side(_THIRD_PARTIES[kind])

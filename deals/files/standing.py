"""Whom a list in a room is kept from, why, and what helps: for the staff who run the room alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deals.files.lists import may_hold_a_list, side_of
from deals.files.models import FileVersion, VersionEnd
from deals.files.sniffing import MediaType
from deals.rooms.models import GroupKind, RoomGroup
from vault.disclosures.sharing import any_lists, why_withheld

_WHAT_HELPS = {
    GroupKind.SELLER: _(
        "No client is asked to consent to being given to a seller. The seller's people take only what a legal"
        " duty carries, or what the seller entrusted to us for this deal. Give them a masked list or numbers."
    ),
    GroupKind.BUYER: _(
        "Every person of it must have consented to being given to a buyer. Ask them for it, or export a list"
        " for this purpose without those who have not consented, and upload that."
    ),
    GroupKind.ADVISER: _(
        "Every person of it must have consented to being given to an adviser. Ask them for it, or export a"
        " list for this purpose without those who have not consented, and upload that."
    ),
}


@dataclass(frozen=True, slots=True)
class KeptFrom:
    """A side of the deal that cannot take the list; `why` in words, each with the number of people."""

    side: str
    why: list[tuple[str, int]]
    what_helps: str | Promise


@dataclass(frozen=True, slots=True)
class Standing:
    """`everybody`: why nobody at all can take it. `end`: the day by which it goes, or when it went."""

    everybody: list[tuple[str, int]]
    sides: list[KeptFrom]
    end: VersionEnd | None

    @property
    def waits(self) -> bool:
        """Whether it waits for a new list, or for somebody to give it up."""
        return self.end is not None and not self.end.ended_at and not self.end.asked_by_id


def standing_of(version: FileVersion) -> Standing | None:
    """How a version with a list in it stands; None when it holds none. Three queries, and more for a list."""
    if not may_hold_a_list(MediaType(version.media_type), version.size) or not any_lists([version.pk]):
        return None
    everybody = why_withheld(file_id=version.pk)
    end = VersionEnd.objects.filter(pk=version.pk).first()
    return Standing(everybody, [] if everybody else _sides(version), end)


def _sides(version: FileVersion) -> list[KeptFrom]:
    """Of the sides that have a group in the room."""
    kinds = set(RoomGroup.objects.filter(room=version.room_id).values_list("kind", flat=True))
    found = []
    for kind in GroupKind:
        if kind in kinds:
            why = why_withheld(file_id=version.pk, side=side_of(kind, version.room.deal_id))
            if why:
                found.append(KeptFrom(str(kind.label), why, _WHAT_HELPS[kind]))
    return found

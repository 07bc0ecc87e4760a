"""Who gets the copy, and who keeps the original: grants on the two files, as the room's rights have them.

A copy begins hidden from every group but its maker's, so that somebody looks through it first. Given out, it
stands in for the original: a group that gets the folder gets the copy, then and later. Each group has a grant
of its own on the original that says none, unless it was chosen to keep it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from audit.actions import Action
from deals.errors import NotPossible
from deals.files.models import File, FileGrant
from deals.redaction.access import get_copied
from deals.redaction.entries import log
from deals.redaction.models import Redaction
from deals.redaction.withholding import given_copies, hide, original_of, sources_of
from deals.rooms.grants import set_file_right
from deals.rooms.groups import groups_of
from deals.rooms.levels import Level
from deals.rooms.matrix import level_of
from deals.rooms.models import GroupKind, Room, RoomGroup
from deals.rooms.single import folder_levels
from people.accounts.models import User


class Gets(TextChoices):
    """What a group is to have from now on."""

    COPY = "copy", pgettext_lazy("redaction", "The copy alone")
    BOTH = "both", pgettext_lazy("redaction", "The copy and the original")
    NEITHER = "neither", pgettext_lazy("redaction", "Neither")


@dataclass(frozen=True, slots=True)
class Share:
    """A group of the room: its level on the original now, and its level on a copy given to it.

    `own` is its own grant on the original, if that gives anything; without one the copy follows its folder.
    """

    group: RoomGroup
    original: Level
    copy: Level
    own: FileGrant | None
    closed: bool  # by a grant of its own that says none, or has expired

    @property
    def choices(self) -> list[Gets]:
        """To keep the original is for whom it is not closed: giving it back is a step of its own."""
        return [gets for gets in Gets if gets != Gets.BOTH or not self.closed]

    @property
    def usual(self) -> Gets:
        """The side whose papers they are has no reason to lose them."""
        ours = self.group.kind == GroupKind.SELLER and not self.closed
        return Gets.BOTH if ours else Gets.COPY


def shares(redaction: Redaction) -> list[Share]:
    """Each group of the room, in the order they were made. Five queries."""
    source = _original(redaction)
    grants = FileGrant.objects.filter(content_object=source).select_related("permission")
    own = {grant.group_id: grant for grant in grants}
    above = folder_levels(source.folder_id)
    found = []
    for group in groups_of(redaction.room):
        folder = above.get(group.auth_group_id, Level.NONE)
        grant = own.get(group.auth_group_id)
        original = level_of(grant) if grant else folder
        gives = grant if original > Level.NONE else None
        closed = grant is not None and gives is None
        found.append(Share(group, original, original if gives else folder, gives, closed))
    return found


@transaction.atomic
def give_out(*, actor: User, deal_id: UUID, redaction_id: UUID, choices: Mapping[UUID, Gets]) -> None:
    """Give the copy out in place of the original; groups that are not among `choices` get it alone.

    Earlier copies of the same file, and copies of those, are taken back with the original: two copies that
    hide different things show together what each hides. Raises NotPossible, Refused.
    """
    redaction = get_copied(actor, deal_id, redaction_id, Action.REDACTION_GIVE)
    # One at a time in a room: beside this nobody gives out another copy of the file, or makes a group that
    # would find the original open.
    Room.objects.select_for_update(no_key=True).get(pk=redaction.room_id)
    if Redaction.objects.filter(pk=redaction_id, published_at__isnull=False).exists():
        raise NotPossible(_("The copy is given out already; change single rights on the pages of the files."))
    copy, older = _copy(redaction), _older_copies(redaction)
    replaced = {file.pk: file for file in (_original(redaction), redaction.version.file, *older)}.values()
    for share in shares(redaction):
        gets = choices.get(share.group.pk, Gets.COPY)
        if gets != Gets.BOTH:
            _withhold(actor, deal_id, share.group, replaced)
        level, until = (share.copy, share.own.expires_at) if share.own else (None, None)
        if gets == Gets.NEITHER:
            level, until = Level.NONE, None
        set_file_right(
            actor=actor,
            deal_id=deal_id,
            group_id=share.group.pk,
            file_id=copy.pk,
            level=level,
            expires_at=until,
        )
    Redaction.objects.filter(pk=redaction_id).update(published_at=timezone.now(), published_by=actor)
    log(redaction, Action.REDACTION_GIVE, fields=(f"copies.withdrawn.{len(older)}",) if older else ())


def hide_copy(redaction: Redaction, copy: File) -> None:
    """Hide a new copy from every group but its maker's, in the transaction that makes it."""
    mine = set(redaction.maker.groups.values_list("pk", flat=True))
    hide(copy, [group for group in groups_of(redaction.version.file.room) if group.auth_group_id not in mine])


def _copy(redaction: Redaction) -> File:
    if redaction.copy is None:
        raise TypeError("a redaction that is done has a copy")
    return redaction.copy.file


def _original(redaction: Redaction) -> File:
    """What the copy stands in for, though it was made of another copy."""
    file_id = original_of(redaction.version.file_id, sources_of(redaction.room_id))
    original: File = File.objects.select_related("room").get(pk=file_id)
    return original


def _older_copies(redaction: Redaction) -> list[File]:
    """Copies of the same original, and of its copies, that were given out before."""
    sources = sources_of(redaction.room_id)
    original = original_of(redaction.version.file_id, sources)
    given = [each for each in given_copies(redaction.room_id) if original_of(each, sources) == original]
    return list(File.objects.filter(pk__in=given))


def _withhold(actor: User, deal_id: UUID, group: RoomGroup, files: Iterable[File]) -> None:
    for file in files:
        set_file_right(actor=actor, deal_id=deal_id, group_id=group.pk, file_id=file.pk, level=Level.NONE)

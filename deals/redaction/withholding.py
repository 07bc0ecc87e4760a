"""Closing single files to groups: what a redaction withholds stays withheld from groups made afterwards.

It only ever closes, so it asks no gate; whoever calls it has.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.files.models import File, FileGrant
from deals.redaction.models import Redaction, State
from deals.rooms.levels import Level
from deals.rooms.models import RoomGroup


def hide(file: File, groups: Iterable[RoomGroup]) -> None:
    """Give these groups level none on a file on which they have no grant of their own yet."""
    closed = list(groups)
    if not closed:
        return
    kind = ContentType.objects.get_for_model(File)
    none = Permission.objects.get(content_type=kind, codename=Level.NONE.codename)
    FileGrant.objects.bulk_create(
        FileGrant(group_id=group.auth_group_id, content_object=file, permission=none) for group in closed
    )
    record_change(
        Entry(
            action=Action.ROOM_RIGHT,
            object_type=ObjectType.FILE,
            object_id=file.pk,
            deal=file.room.deal_id,
            subjects=tuple(group.pk for group in closed),
            fields=(f"level.{Level.NONE.name.lower()}",),
        )
    )


def withhold_from(group: RoomGroup) -> None:
    """Before a new group gets any right: originals that a copy stands in for, copies not given out yet, and
    those that a later one has taken the place of. In the transaction that makes the group, behind the room's
    lock, so that no copy is made or given out beside it.

    Without it, a right on their folder would open to the new group what was withheld from all others.
    """
    sources = sources_of(group.room_id)
    given = {original_of(copy, sources): copy for copy in given_copies(group.room_id)}  # the last one counts
    closed = {*sources, *given}.difference(given.values())
    for file in File.objects.filter(pk__in=closed).select_related("room"):
        hide(file, [group])


def sources_of(room_id: UUID) -> dict[UUID, UUID]:
    """Each copy in the room → the file that it was made of, which may be a copy itself. One query."""
    done = Redaction.objects.filter(room=room_id, state=State.DONE)
    return dict(done.values_list("copy__file", "version__file"))


def original_of(file_id: UUID, sources: Mapping[UUID, UUID]) -> UUID:
    """The file at the beginning: a copy of a copy stands in for the original as the first one did."""
    while file_id in sources:
        file_id = sources[file_id]
    return file_id


def given_copies(room_id: UUID) -> list[UUID]:
    """The copies that were given out, the last one last. One query."""
    given = Redaction.objects.filter(room=room_id, published_at__isnull=False)
    return list(given.order_by("published_at").values_list("copy__file", flat=True))

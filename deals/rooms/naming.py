"""Reading and writing a room's names: one logged access to the room's data key."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from deals.rooms.models import Room
from vault.access import Mode, access
from vault.sealed.context import AccessContext


@contextmanager
def names_open(
    room: Room,
    action: Action,
    object_type: ObjectType,
    object_id: UUID,
    *,
    mode: Mode = Mode.OPEN,
    fields: tuple[str, ...] = (),
    keys: tuple[int, ...] = (),
) -> Iterator[AccessContext]:
    """Commit the entry of what is done, then open the names of the room (and the further `keys`).

    The subject of the entry is the room: under its data key all its names are sealed.
    """
    entry = Entry(
        action=action,
        object_type=object_type,
        object_id=object_id,
        subjects=(room.pk,),
        deal=room.deal_id,
        fields=fields,
        keys=(*room.keys, *keys),
    )
    with access(mode, entry) as context:
        yield context


def changing(room: Room) -> AbstractContextManager[AccessContext]:
    """As `names_open`, to write names: the change itself is recorded by whoever makes it."""
    return names_open(room, Action.ROOM_CHANGE, ObjectType.ROOM, room.pk, mode=Mode.WRITE)

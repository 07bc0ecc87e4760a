"""Making rooms and folders. Each change and its log entry are one transaction."""

from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.models import Deal, Stage
from deals.rooms.access import get_folder, get_staff_room
from deals.rooms.levels import Level
from deals.rooms.models import TITLE_LENGTH, Folder, FolderAncestor, Room
from deals.rooms.naming import changing
from deals.rooms.titles import clean_title
from people.accounts.models import User
from vault.crypto.keywrap import KeyKind
from vault.keys.service import new_keys, open_new_compartment

DEEPEST = 8
MOST_FOLDERS = 5000  # of a room: its tree is one page


@transaction.atomic
def create_room(*, deal: Deal) -> Room:
    """The deal's room with its compartment key and data key. The caller opens the deal."""
    room_id = uuid4()
    compartment = open_new_compartment(room_id)
    keys = new_keys(KeyKind.SUBJECT, [room_id], parent=compartment)
    room: Room = Room.objects.create(
        id=room_id, deal=deal, compartment_key_id=compartment.key.key_id, key_id=keys[room_id]
    )
    _log(Action.ROOM_CREATE, ObjectType.ROOM, room.pk, deal.pk)
    return room


def set_target_name(*, actor: User, deal_id: UUID, name: str) -> None:
    """What the company for sale is called; seen in the room by the deal's staff only. "" removes it."""
    room = get_staff_room(actor, deal_id, Action.ROOM_CHANGE)
    cleaned = clean_title(name, longest=TITLE_LENGTH) if name.strip() else ""
    with changing(room), transaction.atomic():
        room.target_name = cleaned
        room.save()
        _log(Action.ROOM_CHANGE, ObjectType.ROOM, room.pk, deal_id, fields=("target",))


def create_folder(
    *,
    actor: User,
    deal_id: UUID,
    title: str,
    parent_id: UUID | None = None,
    opens_at: Stage = Stage.SUMMARY,
) -> Folder:
    """A folder behind its siblings. At the top only staff make one; below, whoever manages the parent.

    Raises NotPossible: the title, too deep, too many. Raises Refused.
    """
    if parent_id is None:
        room = get_staff_room(actor, deal_id, Action.FOLDER_CREATE)
    else:
        room = get_folder(actor, deal_id, parent_id, Level.MANAGE, Action.FOLDER_CREATE).room
    cleaned = clean_title(title, longest=TITLE_LENGTH)
    with changing(room), transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)  # two new siblings queue for a number
        _check_space(room, parent_id)
        last = Folder.objects.filter(room=room, parent_id=parent_id).aggregate(last=Max("position"))["last"]
        folder = Folder(
            room=room,
            key_id=room.key_id,
            parent_id=parent_id,
            position=(last or 0) + 1,
            opens_at=opens_at,
            created_by=actor,
        )
        folder.title = cleaned
        folder.save()
        _log(Action.FOLDER_CREATE, ObjectType.FOLDER, folder.pk, deal_id)
    return folder


def edit_folder(
    *, actor: User, deal_id: UUID, folder_id: UUID, title: str, opens_at: Stage | None = None
) -> Folder:
    """A new title; and from which stage the folder opens, which only staff decide.

    Raises NotPossible, Refused.
    """
    reached = get_folder(actor, deal_id, folder_id, Level.MANAGE, Action.FOLDER_EDIT)
    if opens_at is not None and opens_at != reached.opens_at and not actor.is_staff:
        raise Refused(ObjectType.FOLDER, folder_id, Action.FOLDER_EDIT, deal=deal_id)
    cleaned = clean_title(title, longest=TITLE_LENGTH)
    with changing(reached.room), transaction.atomic():
        folder: Folder = Folder.objects.select_for_update(of=("self",)).get(pk=folder_id)
        changed = []
        if folder.title != cleaned:
            folder.title = cleaned
            changed.append("title")
        if opens_at is not None and folder.opens_at != opens_at:
            folder.opens_at = opens_at
            changed.append("opens_at")
        if changed:
            folder.save()
            _log(Action.FOLDER_EDIT, ObjectType.FOLDER, folder.pk, deal_id, fields=tuple(changed))
    return folder


def _check_space(room: Room, parent_id: UUID | None) -> None:
    if Folder.objects.filter(room=room).count() >= MOST_FOLDERS:
        raise NotPossible(_("A room has at most %(count)d folders.") % {"count": MOST_FOLDERS})
    above = FolderAncestor.objects.filter(folder_id=parent_id).count() if parent_id else 0
    if above >= DEEPEST:
        raise NotPossible(_("Folders lie at most %(count)d deep.") % {"count": DEEPEST})


def _log(
    action: Action, object_type: ObjectType, object_id: UUID, deal_id: UUID, fields: tuple[str, ...] = ()
) -> None:
    record_change(
        Entry(action=action, object_type=object_type, object_id=object_id, deal=deal_id, fields=fields)
    )

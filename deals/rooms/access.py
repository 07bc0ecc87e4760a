"""The gate of rooms: may they, and what? Pages, page images, downloads, uploads and jobs all ask here.

It never calls django-guardian's shortcuts: those count superusers and global permissions in, know nothing of
inheritance, and cost a query for each object. What is missing and what is closed are refused alike.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.files.models import File, FileVersion
from deals.rooms import reach
from deals.rooms.levels import Level
from deals.rooms.models import Folder, Room
from people.accounts.models import Kind, User
from people.duties.access import nda_valid
from people.roles.access import has
from people.roles.permissions import Permission

if TYPE_CHECKING:

    class ReachedFolder(Folder):
        """A folder with its index number ("1.2.3") and how far the person who asked reaches there."""

        number: str
        level: int

    class ReachedFile(File):
        """A file, likewise; its number is the folder's and its own: "1.2-3"."""

        number: str
        level: int


PAGE = 100


def admitted(user: User, deal_id: UUID) -> bool:
    """Whether the person may be in this deal's room at all, before anything is said of rights in it.

    Leaks prevented, line by line: a disabled account with an open session; an administrator put on a deal; a
    service account; somebody whose undertaking is unsigned, expired or revoked and who kept a link.
    """
    if not user.is_active:
        return False
    if user.kind == Kind.STAFF and not has(user, Permission.ROOM_MANAGE):
        return False
    if user.kind not in {Kind.STAFF, Kind.OUTSIDE}:
        return False
    return nda_valid(user, deal_id)


def may(user: User, thing: Folder | File, level: Level) -> bool:
    """Whether the person reaches this level there, now. Three queries, four for staff."""
    deal_id = Room.objects.values_list("deal_id", flat=True).get(pk=thing.room_id)
    if not admitted(user, deal_id):
        return False
    return bool(_one(user, thing, level))


def which_folders(user: User, room: Room, level: Level = Level.VIEW) -> "list[ReachedFolder]":
    """The folders of the room that the person reaches at this level, in the order of the tree."""
    if not admitted(user, room.deal_id):
        return []
    sql = reach.folders_sql(reach.ALL_SPOTS)
    return cast(
        "list[ReachedFolder]", list(Folder.objects.raw(sql, reach.parameters(user.pk, room.pk, level=level)))
    )


def which_files(
    user: User, folder: Folder, level: Level = Level.VIEW, *, after: int = 0, limit: int = PAGE
) -> "list[ReachedFile]":
    """The files of a folder that the person reaches at this level, from behind position `after`."""
    room = folder.room
    if not admitted(user, room.deal_id):
        return []
    sql = reach.files_sql(reach.ONE_SPOT, reach.IN_FOLDER)
    named = reach.parameters(user.pk, room.pk, level=level, folder=folder.pk, after=after, limit=limit)
    return cast("list[ReachedFile]", list(File.objects.raw(sql, named)))


def which_single_files(
    user: User, room: Room, folders: Collection[UUID], level: Level = Level.VIEW
) -> "list[ReachedFile]":
    """The files that the person reaches though not their folder: all folders but `folders` are looked in."""
    if not admitted(user, room.deal_id):
        return []
    sql = reach.files_sql(reach.OTHER_SPOTS, reach.IN_OTHER_FOLDERS)
    named = reach.parameters(user.pk, room.pk, level=level, folders=list(folders), limit=PAGE)
    return cast("list[ReachedFile]", list(File.objects.raw(sql, named)))


def get_room(user: User, deal_id: UUID, action: Action = Action.ROOM_VIEW) -> Room:
    """The deal's room, to whoever has a way in. Raises Refused."""
    room: Room | None = Room.objects.select_related("deal").filter(deal_id=deal_id).first()
    if room is None or not admitted(user, deal_id) or not _way_in(user, room):
        raise Refused(ObjectType.ROOM, room.pk if room else None, action, deal=deal_id)
    return room


def get_staff_room(user: User, deal_id: UUID, action: Action) -> Room:
    """The deal's room, to the staff who work on the deal. Raises Refused."""
    room = get_room(user, deal_id, action)
    if user.kind != Kind.STAFF:
        raise Refused(ObjectType.ROOM, room.pk, action, deal=deal_id)
    return room


def get_folder(
    user: User, deal_id: UUID, folder_id: UUID, level: Level = Level.VIEW, action: Action = Action.ROOM_VIEW
) -> "ReachedFolder":
    """The folder of this deal's room. Raises Refused when there is none, or none for this person."""
    found = Folder.objects.select_related("room__deal").filter(pk=folder_id, room__deal_id=deal_id).first()
    if found is not None and admitted(user, deal_id):
        reached = cast("ReachedFolder | None", _one(user, found, level))
        if reached is not None:
            reached.room = found.room
            return reached
    raise Refused(ObjectType.FOLDER, folder_id, action, deal=deal_id)


def get_file(
    user: User, deal_id: UUID, file_id: UUID, level: Level = Level.VIEW, action: Action = Action.FILE_VIEW
) -> "ReachedFile":
    """The file of this deal's room. Raises Refused when there is none, or none for this person."""
    found = File.objects.select_related("room__deal").filter(pk=file_id, room__deal_id=deal_id).first()
    if found is not None and admitted(user, deal_id):
        reached = cast("ReachedFile | None", _one(user, found, level))
        if reached is not None:
            reached.room = found.room
            return reached
    raise Refused(ObjectType.FILE, file_id, action, deal=deal_id)


def get_version(user: User, deal_id: UUID, version_id: UUID, level: Level, action: Action) -> FileVersion:
    """The version of a file of this deal's room, as far as its file is reached. Raises Refused.

    What was replaced was replaced for a reason: a version that is not the newest needs the level manage.
    """
    newer = FileVersion.objects.filter(file=OuterRef("file"), number__gt=OuterRef("number"))
    versions = FileVersion.objects.select_related("file__room__deal").annotate(replaced=Exists(newer))
    found = versions.filter(pk=version_id, room__deal_id=deal_id).first()
    if found is not None and admitted(user, deal_id):
        needed = Level.MANAGE if found.replaced else level
        if _one(user, found.file, needed):
            version: FileVersion = found
            return version
    raise Refused(ObjectType.FILE_VERSION, version_id, action, deal=deal_id)


def _way_in(user: User, room: Room) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(reach.WAY_IN, reach.parameters(user.pk, room.pk))
        return cursor.fetchone() is not None


def _one(user: User, thing: Folder | File, level: Level) -> "Folder | File | None":
    """The thing with the person's level there, if that is at least `level`. One query."""
    if isinstance(thing, Folder):
        sql = reach.folders_sql(reach.ONE_SPOT)
        named = reach.parameters(user.pk, thing.room_id, level=level, folder=thing.pk)
    else:
        sql = reach.files_sql(reach.SPOT_OF_FILE, reach.ONE_FILE)
        named = reach.parameters(user.pk, thing.room_id, level=level, file=thing.pk, limit=1)
    return cast("Folder | File | None", next(iter(type(thing).objects.raw(sql, named)), None))

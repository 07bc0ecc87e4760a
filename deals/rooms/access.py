"""The gate of rooms: may they, and what? Pages, page images, downloads, uploads and jobs all ask here.

It never calls django-guardian's shortcuts: those count superusers and global permissions in, know nothing of
inheritance, and cost a query for each object. What is missing and what is closed are refused alike.

In a preview (sight.py) every question is asked about two people, and the lower answer counts.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from audit.actions import Action, ObjectType, Reason
from audit.refusals import Refused
from deals.files.models import File, FileVersion
from deals.rooms import reach
from deals.rooms.admission import lets_in, would_let_in
from deals.rooms.levels import Level
from deals.rooms.models import Folder, Room
from deals.rooms.sight import asked_about
from deals.rooms.unsealed import UNSEALED
from people.accounts.models import Kind, User
from people.arrears import arrears_of
from people.factors.strength import FactorNeeded, is_strong_here
from people.kept import Kept, numbered
from people.owing import InArrears
from people.training.arrears import owed_for_a_deal
from vault.masking.grades import Grade

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
OPENED_BY_FACTOR = Grade.L4

Reached = TypeVar("Reached", "ReachedFolder", "ReachedFile")


def admitted(user: User, deal_id: UUID) -> bool:
    """Whether the person may be in this deal's room at all, before anything is said of rights in it."""
    asked = asked_about(user, deal_id)
    return bool(asked) and all(lets_in(person, deal_id) for person in asked)


def may(user: User, thing: Folder | File, level: Level) -> bool:
    """Whether the person reaches this level there, now. Two queries where the thing came with its room, three
    for staff; one more where it did not."""
    deal_id = thing.room.deal_id
    if not admitted(user, deal_id):
        return False
    return _how_far(user, deal_id, thing, level) is not None


def which_folders(user: User, room: Room, level: Level = Level.VIEW) -> "list[ReachedFolder]":
    """The folders of the room that the person reaches at this level, in the order of the tree."""
    if not admitted(user, room.deal_id):
        return []
    return _in_common([_folders(person, room, level) for person in asked_about(user, room.deal_id)])


def which_files(
    user: User, folder: Folder, level: Level = Level.VIEW, *, after: int = 0, limit: int = PAGE
) -> "list[ReachedFile]":
    """The files of a folder that the person reaches at this level, from behind position `after`."""
    room = folder.room
    if not admitted(user, room.deal_id):
        return []
    first, *others = asked_about(user, room.deal_id)
    found: list[ReachedFile] = []
    sql = reach.files_sql(reach.ONE_SPOT, reach.IN_FOLDER)
    while True:  # once, unless others hide some of the page
        named = reach.parameters(first.pk, room.pk, level=level, folder=folder.pk, after=after, limit=limit)
        page = cast("list[ReachedFile]", list(File.objects.raw(sql, named)))
        found += _left_by(others, room, level, page)
        if len(page) < limit or len(found) >= limit:
            return found[:limit]
        after = page[-1].position


def which_single_files(
    user: User, room: Room, folders: Collection[UUID], level: Level = Level.VIEW
) -> "list[ReachedFile]":
    """The files that the person reaches though not their folder: all folders but `folders` are looked in."""
    if not admitted(user, room.deal_id):
        return []
    first, *others = asked_about(user, room.deal_id)
    sql = reach.files_sql(reach.OTHER_SPOTS, reach.IN_OTHER_FOLDERS)
    named = reach.parameters(first.pk, room.pk, level=level, folders=list(folders), limit=PAGE)
    return _left_by(others, room, level, cast("list[ReachedFile]", list(File.objects.raw(sql, named))))


def get_room(user: User, deal_id: UUID, action: Action = Action.ROOM_VIEW) -> Room:
    """The deal's room, to whoever has a way in. Raises Refused."""
    room: Room | None = Room.objects.select_related("deal").filter(deal_id=deal_id).first()
    if (
        room is None
        or not admitted(user, deal_id)
        or not all(has_way_in(person, room) for person in asked_about(user, deal_id))
    ):
        told = ObjectType.ROOM, room.pk if room else None, action
        say_what_is_owed(user, deal_id, *told)
        raise Refused(*told, deal=deal_id)
    return room


def say_what_is_owed(
    user: User, deal_id: UUID, object_type: ObjectType, object_id: UUID | None, action: Action
) -> None:
    """Raises InArrears for who would be in this deal's room but for what they owe the house, or for the seal
    of their company: whatever they asked for in it, be it hidden from them or not there. To anybody else it
    says nothing, so that missing and closed stay alike. In a preview it does not answer either.

    Asked after a refusal alone: whoever is let in pays no query for it.
    """
    room = Room.objects.filter(deal_id=deal_id).first()
    if room is None or asked_about(user, deal_id) != (user,):
        return
    if not would_let_in(user, deal_id) or not has_way_in(user, room, if_bound=True):
        return
    unbound = [] if has_way_in(user, room) else [UNSEALED]
    if owed := arrears_of(user) + owed_for_a_deal(user, deal_id) + unbound:
        raise InArrears(object_type, object_id, action, arrears=owed, deal=deal_id)


def get_staff_room(user: User, deal_id: UUID, action: Action) -> Room:
    """The deal's room, to the staff who work on the deal. Raises Refused."""
    room = get_room(user, deal_id, action)
    if any(person.kind != Kind.STAFF for person in asked_about(user, deal_id)):
        raise Refused(ObjectType.ROOM, room.pk, action, deal=deal_id)
    return room


def get_folder(
    user: User, deal_id: UUID, folder_id: UUID, level: Level = Level.VIEW, action: Action = Action.ROOM_VIEW
) -> "ReachedFolder":
    """The folder of this deal's room. Raises Refused when there is none, or none for this person."""
    found = Folder.objects.select_related("room__deal").filter(pk=folder_id, room__deal_id=deal_id).first()
    if found is not None and admitted(user, deal_id):
        reached = cast("ReachedFolder | None", _one(user, deal_id, found, level))
        if reached is not None:
            reached.room = found.room
            return reached
    say_what_is_owed(user, deal_id, ObjectType.FOLDER, folder_id, action)
    raise Refused(ObjectType.FOLDER, folder_id, action, deal=deal_id)


def get_file(
    user: User, deal_id: UUID, file_id: UUID, level: Level = Level.VIEW, action: Action = Action.FILE_VIEW
) -> "ReachedFile":
    """The file of this deal's room. Raises Refused when there is none, or none for this person."""
    found = File.objects.select_related("room__deal").filter(pk=file_id, room__deal_id=deal_id).first()
    if found is not None and admitted(user, deal_id):
        reached = cast("ReachedFile | None", _one(user, deal_id, found, level))
        if reached is not None:
            reached.room = found.room
            return reached
    say_what_is_owed(user, deal_id, ObjectType.FILE, file_id, action)
    raise Refused(ObjectType.FILE, file_id, action, deal=deal_id)


def get_version(user: User, deal_id: UUID, version_id: UUID, level: Level, action: Action) -> FileVersion:
    """The version of a file of this deal's room, as far as its file is reached. Raises Refused.

    What was replaced was replaced for a reason: a version that is not the newest needs the level manage.
    FactorNeeded: the file's grade asks for more than this session has proved.
    """
    newer = FileVersion.objects.filter(file=OuterRef("file"), number__gt=OuterRef("number"))
    versions = FileVersion.objects.select_related("file__room__deal").annotate(replaced=Exists(newer))
    found = versions.filter(pk=version_id, room__deal_id=deal_id).first()
    if found is not None and admitted(user, deal_id):
        needed = Level.MANAGE if found.replaced else level
        if _one(user, deal_id, found.file, needed):
            if asks_for_more(user, found.file, strong=is_strong_here()):
                told = ObjectType.FILE_VERSION, version_id, action
                raise FactorNeeded(*told, deal=deal_id, reason=Reason.FACTOR_NEEDED)
            version: FileVersion = found
            return version
    say_what_is_owed(user, deal_id, ObjectType.FILE_VERSION, version_id, action)
    raise Refused(ObjectType.FILE_VERSION, version_id, action, deal=deal_id)


def asks_for_more(user: User, file: File, *, strong: bool) -> bool:
    """Whether the file's content waits for a session that a second factor opened (`strong`): of whoever is
    from outside, since staff have no other. Its name and place do not."""
    return user.kind != Kind.STAFF and file.grade >= OPENED_BY_FACTOR and not strong


def has_way_in(user: User, room: Room, *, if_bound: bool = False) -> bool:
    """Whether this one person is on the deal or in a group of the room that has not ended and whose company
    is bound where it has to be (`if_bound`: as if it were, to say what is owed). One query."""
    sql = reach.WAY_IN_IF_BOUND if if_bound else reach.WAY_IN
    with connection.cursor() as cursor:
        cursor.execute(sql, reach.parameters(user.pk, room.pk))
        return cursor.fetchone() is not None


_ONE_FOLDER = Kept(
    "reach_of_folder",
    ("uuid", "uuid", "int", "uuid"),
    lambda: numbered(reach.folders_sql(reach.ONE_SPOT, columns="f.id"), ("user", "room", "level", "folder")),
)
_ONE_FILE = Kept(
    "reach_of_file",
    ("uuid", "uuid", "int", "uuid"),
    lambda: numbered(
        reach.files_sql(reach.SPOT_OF_FILE, reach.ONE_FILE, columns="f.id", limit="1"),
        ("user", "room", "level", "file"),
    ),
)


def _one(
    user: User, deal_id: UUID, thing: Folder | File, level: Level
) -> "ReachedFolder | ReachedFile | None":
    """The thing with the person's level there, if that is at least `level`. One query a person."""
    found = _how_far(user, deal_id, thing, level)
    if found is None:
        return None
    reached = cast("ReachedFile", thing)
    reached.number, reached.level = found
    return reached


def _how_far(user: User, deal_id: UUID, thing: Folder | File, level: Level) -> tuple[str, int] | None:
    """The thing's index number, and the level that all asked about reach there; None below `level`."""
    found = []
    for person in asked_about(user, deal_id):
        asked = (person.pk, thing.room_id, int(level), thing.pk)
        rows = (_ONE_FOLDER if isinstance(thing, Folder) else _ONE_FILE).ask(*asked)
        if not rows:
            return None
        found.append(rows[0])
    if not found:
        return None
    _pk, number, _level = found[0]
    return number, min(reached for _pk, _number, reached in found)


def _folders(user: User, room: Room, level: Level) -> "list[ReachedFolder]":
    named = reach.parameters(user.pk, room.pk, level=level)
    return cast("list[ReachedFolder]", list(Folder.objects.raw(reach.folders_sql(reach.ALL_SPOTS), named)))


def _left_by(
    others: Collection[User], room: Room, level: Level, files: "list[ReachedFile]"
) -> "list[ReachedFile]":
    """Those of the files that the others reach as well. One query for each of them."""
    sql = reach.files_sql(reach.ALL_SPOTS, reach.AMONG)
    named = {"files": [file.pk for file in files], "limit": len(files)}
    each = [
        File.objects.raw(sql, reach.parameters(other.pk, room.pk, level=level, **named)) for other in others
    ]
    return _in_common([files, *(cast("list[ReachedFile]", list(found)) for found in each)])


def _in_common(each: "list[list[Reached]]") -> "list[Reached]":
    """What is in every list, in the order of the first, with the lowest of its levels. Nothing of no list."""
    first, *others = each or [[]]
    for other in others:
        levels = {thing.pk: thing.level for thing in other}
        first = [thing for thing in first if thing.pk in levels]
        for thing in first:
            thing.level = min(thing.level, levels[thing.pk])
    return first

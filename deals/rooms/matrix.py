"""Rights seen from the lead's side: what each group may do in each folder, and what a change would open.

The same rule as the gate's query (reach.py): the nearest grant at or above a folder counts. A test holds
the two against each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from deals.files.models import File, FileGrant
from deals.pipeline.models import Stage
from deals.rooms.levels import Level
from deals.rooms.models import Folder, FolderGrant, GroupKind, Room, RoomGroup

Set = Mapping[UUID, Level]


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder in the order of the tree: its index number, and the stage from which it opens."""

    folder: Folder
    number: str
    depth: int
    opens_at: Stage


@dataclass(frozen=True, slots=True)
class Cell:
    """A group's level in a folder: `own` when it is set there. `waits` when the stage still hides it."""

    group: RoomGroup
    level: Level
    own: bool
    waits: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """How many folders and files a change opens to the group, closes, or lets it do more or less with."""

    folders: Counter[str]
    files: Counter[str]


def tree(room: Room) -> list[Branch]:
    """Every folder of the room, parents before children, each with its index number."""
    children: dict[UUID | None, list[Folder]] = {}
    for folder in Folder.objects.filter(room=room).order_by("position"):
        children.setdefault(folder.parent_id, []).append(folder)
    branches: list[Branch] = []

    def walk(parent: UUID | None, prefix: str, opens_at: Stage) -> None:
        for folder in children.get(parent, ()):
            number = f"{prefix}{folder.position}"
            opens = Stage(max(opens_at, folder.opens_at))
            branches.append(Branch(folder, number, number.count("."), opens))
            walk(folder.pk, f"{number}.", opens)

    walk(None, "", Stage.MANDATE)
    return branches


def effective(branches: Iterable[Branch], own: Set) -> dict[UUID, Level]:
    """The level of one group in each folder, from those that are set."""
    levels: dict[UUID | None, Level] = {None: Level.NONE}
    for branch in branches:
        folder = branch.folder
        levels[folder.pk] = own.get(folder.pk, levels[folder.parent_id])
    return {folder_id: level for folder_id, level in levels.items() if folder_id is not None}


def grants_of(room: Room) -> dict[int, dict[UUID, FolderGrant]]:
    """Django group → folder → grant, of the whole room in one query."""
    found: dict[int, dict[UUID, FolderGrant]] = {}
    for grant in FolderGrant.objects.filter(content_object__room=room).select_related("permission"):
        found.setdefault(grant.group_id, {})[grant.content_object_id] = grant
    return found


def level_of(grant: FolderGrant | FileGrant) -> Level:
    """The level that a grant gives now: none once it has expired."""
    if grant.expires_at is not None and grant.expires_at <= timezone.now():
        return Level.NONE
    return Level.of_codename(grant.permission.codename)


def rows(room: Room, groups: list[RoomGroup]) -> list[tuple[Branch, list[Cell]]]:
    """The matrix: a row for each folder, a cell for each group. Two queries, whatever their number."""
    branches, grants = tree(room), grants_of(room)
    columns = []
    for group in groups:
        own = grants.get(group.auth_group_id, {})
        columns.append((group, own, effective(branches, {key: level_of(one) for key, one in own.items()})))
    return [
        (branch, [_cell(branch, group, own, levels, room) for group, own, levels in columns])
        for branch in branches
    ]


def effect(room: Room, group: RoomGroup, folder: Folder, level: Level | None) -> Effect:
    """What setting `level` for the group on the folder does (None: it inherits again), stages left aside."""
    branches = tree(room)
    own = {key: level_of(one) for key, one in grants_of(room).get(group.auth_group_id, {}).items()}
    before = effective(branches, own)
    after_own = {key: value for key, value in own.items() if key != folder.pk}
    if level is not None:
        after_own[folder.pk] = level
    after = effective(branches, after_own)
    counts = dict(File.objects.filter(room=room).values_list("folder").annotate(count=Count("id")).order_by())
    differing = Counter(
        FileGrant.objects.filter(group_id=group.auth_group_id, content_object__room=room).values_list(
            "content_object__folder_id", flat=True
        )
    )
    folders, files = Counter[str](), Counter[str]()
    for folder_id, was in before.items():
        word = _change(was, after[folder_id])
        if word:
            folders[word] += 1
            files[word] += counts.get(folder_id, 0) - differing[folder_id]
    return Effect(folders, files)


def _change(was: Level, becomes: Level) -> str:
    if was == becomes:
        return ""
    if was < Level.VIEW <= becomes:
        return "opens"
    if becomes < Level.VIEW <= was:
        return "closes"
    return "more" if becomes > was else "less"


def _cell(
    branch: Branch,
    group: RoomGroup,
    own: Mapping[UUID, FolderGrant],
    levels: Mapping[UUID, Level],
    room: Room,
) -> Cell:
    grant = own.get(branch.folder.pk)
    seen = min(room.deal.stage, group.stage)
    level = levels[branch.folder.pk]
    return Cell(
        group=group,
        level=level,
        own=grant is not None,
        waits=level > Level.NONE and group.kind != GroupKind.SELLER and seen < branch.opens_at,
        until=grant.expires_at if grant else None,
    )

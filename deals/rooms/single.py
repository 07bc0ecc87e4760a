"""The rights on one file, group by group, for the page of the file."""

from dataclasses import dataclass
from uuid import UUID

from deals.files.models import File, FileGrant
from deals.rooms import matrix
from deals.rooms.forms import INHERIT, FileRightForm
from deals.rooms.groups import groups_of
from deals.rooms.levels import Level
from deals.rooms.models import FolderAncestor, FolderGrant, RoomGroup


@dataclass(frozen=True, slots=True)
class FileRight:
    """A group's level on a file: `own` when the file differs from its folder."""

    group: RoomGroup
    level: Level
    own: bool
    form: FileRightForm


def file_rights(file: File) -> list[FileRight]:
    """A row for each group of the room. Four queries."""
    own = {
        grant.group_id: grant
        for grant in FileGrant.objects.filter(content_object=file).select_related("permission")
    }
    above = folder_levels(file.folder_id)
    found = []
    for group in groups_of(file.room):
        grant = own.get(group.auth_group_id)
        level = matrix.level_of(grant) if grant else above.get(group.auth_group_id, Level.NONE)
        chosen = str(Level.of_codename(grant.permission.codename).value) if grant else INHERIT
        form = FileRightForm(initial={"level": chosen, "group": group.pk}, auto_id=f"{group.pk}_%s")
        found.append(FileRight(group, level, grant is not None, form))
    return found


def folder_levels(folder_id: UUID) -> dict[int, Level]:
    """Django group → level in the folder, from the nearest grant."""
    depths = dict(FolderAncestor.objects.filter(folder_id=folder_id).values_list("ancestor_id", "depth"))
    grants = FolderGrant.objects.filter(content_object__in=depths).select_related("permission")
    farthest_first = sorted(grants, key=lambda grant: -depths[grant.content_object_id])
    return {grant.group_id: matrix.level_of(grant) for grant in farthest_first}

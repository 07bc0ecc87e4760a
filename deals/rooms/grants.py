"""Setting rights: what a group may do in a folder, or with a file that differs from its folder."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.errors import NotPossible
from deals.files.models import File, FileGrant
from deals.rooms.access import get_file, get_folder
from deals.rooms.groups import get_group
from deals.rooms.levels import OFFERED, Level
from deals.rooms.models import Folder, FolderGrant, RoomGroup
from people.accounts.models import User


@transaction.atomic
def set_folder_right(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    folder_id: UUID,
    level: Level | None,
    expires_at: datetime | None = None,
) -> None:
    """The group's level on the folder; None lets it inherit again. Raises NotPossible, Refused."""
    group = get_group(actor, deal_id, group_id, Action.ROOM_RIGHT)
    folder = get_folder(actor, deal_id, folder_id, Level.MANAGE, Action.ROOM_RIGHT)
    _set(group, folder, level, expires_at)
    _log(group, ObjectType.FOLDER, folder.pk, deal_id, level)


@transaction.atomic
def set_file_right(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    file_id: UUID,
    level: Level | None,
    expires_at: datetime | None = None,
) -> None:
    """The group's level on one file; None lets it follow its folder. Raises NotPossible, Refused."""
    group = get_group(actor, deal_id, group_id, Action.ROOM_RIGHT)
    file = get_file(actor, deal_id, file_id, Level.MANAGE, Action.ROOM_RIGHT)
    _set(group, file, level, expires_at)
    _log(group, ObjectType.FILE, file.pk, deal_id, level)


def _set(group: RoomGroup, thing: Folder | File, level: Level | None, expires_at: datetime | None) -> None:
    grants = FolderGrant.objects if isinstance(thing, Folder) else FileGrant.objects
    if level is None:
        grants.filter(group_id=group.auth_group_id, content_object=thing).delete()
        return
    if level not in OFFERED:
        raise NotPossible(_("This level is not available."))
    if expires_at is not None and expires_at <= timezone.now():
        raise NotPossible(_("The end must lie in the future."))
    kind = ContentType.objects.get_for_model(type(thing))
    permission = Permission.objects.get(content_type=kind, codename=level.codename)
    grants.update_or_create(
        group_id=group.auth_group_id,
        content_object=thing,
        defaults={"permission": permission, "expires_at": expires_at},
    )


def _log(
    group: RoomGroup, object_type: ObjectType, object_id: UUID, deal_id: UUID, level: Level | None
) -> None:
    """Which group, as the subject; which level, as a field code."""
    record_change(
        Entry(
            action=Action.ROOM_RIGHT,
            object_type=object_type,
            object_id=object_id,
            deal=deal_id,
            subjects=(group.pk,),
            fields=(f"level.{level.name.lower()}" if level is not None else "level.inherited",),
        )
    )

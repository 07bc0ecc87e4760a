"""The gate of redactions. It adds nothing to the room's own rights and is asked before every step.

Whoever may put a new version beside the file may redact it: the level upload on the file and on its folder,
which includes seeing it. A draft is its maker's alone; of one that was left behind, see left.py. Giving the
copy out is for the deal's staff, as every change of rights is. In a deal that is over nothing new is made or
given out (PIPL 21).
"""

from typing import cast
from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.files.models import FileVersion
from deals.pipeline.endings import ended_deals
from deals.redaction.models import Redaction, State
from deals.rooms.access import get_folder, get_staff_room, get_version, may
from deals.rooms.levels import Level
from people.accounts.models import User


def get_source(user: User, deal_id: UUID, version_id: UUID, action: Action) -> FileVersion:
    """The version, to whoever may redact it. Raises Refused."""
    version = get_version(user, deal_id, version_id, Level.UPLOAD, action)
    get_folder(user, deal_id, version.file.folder_id, Level.UPLOAD, action)
    if not version.viewable or ended_deals([deal_id]):
        raise Refused(ObjectType.FILE_VERSION, version_id, action, deal=deal_id)
    return version


def may_redact(user: User, version: FileVersion) -> bool:
    """As `get_source`, for offering it: whether it would be given."""
    return (
        bool(version.page_count)
        and not ended_deals([version.file.room.deal_id])
        and may(user, version.file, Level.UPLOAD)
        and may(user, version.file.folder, Level.UPLOAD)
    )


def get_redaction(user: User, deal_id: UUID, redaction_id: UUID, action: Action) -> Redaction:
    """A redaction to its maker, with its version. Raises Refused."""
    found = Redaction.objects.filter(pk=redaction_id, maker=user, room__deal_id=deal_id).first()
    if found is None or found.state == State.DROPPED:
        raise Refused(ObjectType.FILE, None, action, deal=deal_id)
    redaction = cast("Redaction", found)
    redaction.version = get_source(user, deal_id, redaction.version_id, action)
    redaction.room = redaction.version.file.room
    return redaction


def get_copied(user: User, deal_id: UUID, redaction_id: UUID, action: Action) -> Redaction:
    """A redaction that a copy came of, to the staff of the deal. Raises Refused."""
    room = get_staff_room(user, deal_id, action)
    copied = Redaction.objects.select_related("version__file", "copy__file", "maker", "published_by")
    found = copied.filter(pk=redaction_id, room=room, state=State.DONE).first()
    if found is None or ended_deals([deal_id]):
        raise Refused(ObjectType.FILE, None, action, deal=deal_id)
    redaction = cast("Redaction", found)
    redaction.room = redaction.version.file.room = redaction.copy.file.room = room  # type: ignore[union-attr]
    return redaction


def copies_of(file_id: UUID) -> QuerySet[Redaction]:
    """The copies made of a file's versions, newest first. For who is let to the file."""
    made = Redaction.objects.filter(version__file=file_id, state=State.DONE)
    return made.select_related("version", "copy__file", "maker").order_by("-ended_at")

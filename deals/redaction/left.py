"""Drafts that their maker can no longer reach: who left the house or the deal, or lost the right on the file.

Nobody else sees the marks. But what lies sealed in a draft is about the people in the file, and somebody must
be able to end it: whoever may redact that version, which the deal's staff always may.
"""

from typing import cast
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.files.models import FileVersion
from deals.redaction.access import get_redaction, get_source
from deals.redaction.models import Redaction, State
from people.accounts.models import User

FEW = 10  # drafts on one file that are offered at once: each costs some queries of the gate


def get_droppable(user: User, deal_id: UUID, redaction_id: UUID, action: Action) -> Redaction:
    """The redaction, to its maker; one that was left, to whoever may redact its version. Raises Refused."""
    drafts = Redaction.objects.filter(room__deal_id=deal_id, state=State.DRAFT).exclude(maker=user)
    left = drafts.select_related("maker").filter(pk=redaction_id).first()
    if left is None:
        return get_redaction(user, deal_id, redaction_id, action)
    redaction = cast("Redaction", left)
    version = _source(redaction, user)
    if version is None or _source(redaction, redaction.maker) is not None:
        raise Refused(ObjectType.FILE, None, action, deal=deal_id)
    redaction.version = version
    return redaction


def left_on(file_id: UUID, user: User) -> list[Redaction]:
    """Others' drafts on the file's versions that `user` may throw away, oldest first."""
    drafts = Redaction.objects.filter(version__file=file_id, state=State.DRAFT).exclude(maker=user)
    found = drafts.select_related("maker", "version", "room").order_by("created_at")[:FEW]
    return [each for each in found if _source(each, each.maker) is None and _source(each, user) is not None]


def _source(redaction: Redaction, user: User) -> FileVersion | None:
    """The version, if the person as they are now may redact it."""
    try:
        return get_source(user, redaction.room.deal_id, redaction.version_id, Action.REDACTION_DROP)
    except Refused:
        return None

"""What the log is told of a redaction: codes and counts, never what was found or marked."""

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_change
from deals.redaction.models import Redaction


def log(
    redaction: Redaction,
    action: Action,
    *,
    fields: tuple[str, ...] = (),
    reason: str = "",
    result: Result = Result.DONE,
) -> None:
    """About the original, in the caller's transaction."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.FILE,
            object_id=redaction.version.file_id,
            deal=redaction.version.file.room.deal_id,
            fields=(f"version.{redaction.version.number}", *fields),
            reason=reason,
            result=result,
        )
    )

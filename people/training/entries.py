"""The entries of training: ids and codes only."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change


def log(action: Action, object_id: UUID, *people: UUID, deal: UUID | None = None, reason: str = "") -> None:
    """The entry of a change, in its transaction. `people`: whom it is about."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.TRAINING,
            object_id=object_id,
            subjects=people,
            deal=deal,
            reason=reason,
        )
    )

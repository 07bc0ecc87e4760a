"""The entries of partner firms: ids and codes only."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read


def entry(
    action: Action, partner_id: UUID, *people: UUID, reason: str = "", fields: tuple[str, ...] = ()
) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.PARTNER,
        object_id=partner_id,
        subjects=people,
        reason=reason,
        fields=fields,
    )


def log(
    action: Action, partner_id: UUID, *people: UUID, reason: str = "", fields: tuple[str, ...] = ()
) -> None:
    """The entry of a change, in its transaction. `people`: whom it is about."""
    record_change(entry(action, partner_id, *people, reason=reason, fields=fields))


def log_read(action: Action, partner_id: UUID) -> None:
    record_read(entry(action, partner_id))

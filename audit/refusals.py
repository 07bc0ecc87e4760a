"""What a gate raises, and how it comes into the log.

To the person a refusal is the page of a thing that is not there: the same class of exception, the same page.
To the log it is an entry of its own, on a connection of its own, which no rollback erases.
"""

from uuid import UUID

from django.http import Http404

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from audit.origin import acting_as, current_origin


class Refused(Http404):
    """The gate said no, or there is no such thing; the two look the same.

    `fields` are codes of what was lacking, by which the log says what was attempted (`audit.sentences`). It
    keeps who was acting when it was raised, since it may be recorded after `acting_as` has ended.
    """

    def __init__(
        self,
        object_type: ObjectType,
        object_id: UUID | None,
        action: Action,
        *,
        deal: UUID | None = None,
        reason: str = Reason.NO_PERMISSION,
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__("not found")
        self.origin = current_origin()
        self.entry = Entry(
            action=action,
            object_type=object_type,
            object_id=object_id,
            deal=deal,
            reason=str(reason),
            fields=fields,
        )


def record(refused: Refused) -> UUID:
    """Commit the entry of a refusal. Raises LogUnavailable."""
    with acting_as(refused.origin):
        return record_refusal(refused.entry)

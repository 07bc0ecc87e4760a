"""What the log says of changes of staff."""

from collections.abc import Sequence

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.staffing.models import StaffChange


def log(change: StaffChange, action: Action, *fields: str, about: Sequence[User] = ()) -> None:
    """In the caller's transaction."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.STAFF_CHANGE,
            object_id=change.pk,
            subjects=(change.person_id, *(user.pk for user in about)),
            fields=fields,
        )
    )

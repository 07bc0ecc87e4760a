"""An origin for each test, by whose request id it finds its own entries in a log that is never empty."""

from collections.abc import Callable, Iterator

import pytest

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.models import LogEntry
from audit.origin import Origin, acting_as


@pytest.fixture(autouse=True)
def origin() -> Iterator[Origin]:
    with acting_as(Origin(actor=uuid7(), session=uuid7(), request=uuid7(), network="192.0.2.0/24")) as origin:
        yield origin


@pytest.fixture
def written(origin: Origin) -> Callable[[], list[LogEntry]]:
    """Reads this test's entries, oldest first."""
    return lambda: list(LogEntry.objects.using("audit").filter(request=origin.request).order_by("at", "id"))


def entry(**changes: object) -> Entry:
    values: dict[str, object] = {
        "action": Action.SESSION_SIGN_IN,
        "object_type": ObjectType.SESSION,
        "object_id": uuid7(),
        "subjects": (uuid7(), uuid7()),
        "deal": uuid7(),
        "purpose": "sale",
        "reason": "follow_up",
        "fields": ("name", "phone"),
        "keys": (1, 2),
    }
    return Entry(**values | changes)  # type: ignore[arg-type]

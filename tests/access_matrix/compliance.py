"""The pages of oversight: the log, retention, destruction, the day's page."""

from uuid import UUID

from tests.access_matrix import Row, World, who

OFFICERS = who("olivia", "otto")
READERS = OFFICERS | who("aud")


def _any_entry(world: World) -> list[UUID]:
    from audit.models import LogEntry

    return [LogEntry.objects.order_by("-at").values_list("pk", flat=True)[0]]


ROWS: list[Row] = [
    Row(url="compliance:log", who=READERS),
    Row(url="compliance:log_entry", who=READERS, args=_any_entry),
    Row(url="compliance:log_export", who=OFFICERS),
]

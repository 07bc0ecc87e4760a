"""The pages of oversight: the log, retention, destruction, the day's page."""

from typing import Any
from uuid import uuid4

from audit.models import LogEntry
from tests.access_matrix import Row, World, who
from tests.compliance import world as compliance

STAFF = who("ada", "olivia", "otto", "ming", "lin", "lea")
OFFICERS = who("olivia", "otto")
READERS = OFFICERS | who("aud")
NOBODY_AT_ALL = who()
RULE = {
    "name": "One year",
    "trigger": "created",
    "period_days": "365",
    "basis": "pipl19",
    "active": "on",
    "next_review": "2999-01-01",
}


def _any_entry(world: World) -> list[Any]:
    return [LogEntry.objects.order_by("-at").values_list("pk", flat=True)[0]]


def _rule(world: World) -> None:
    world.rule = compliance.rule_of(world.olivia)


def _due(world: World) -> None:
    book = compliance.book_of(world.ming)
    compliance.clients_in(book, world.ming, 1, age=compliance.LONG_AGO)
    compliance.rule_of(world.olivia)
    world.run = compliance.proposed(world.olivia)


def _run_id(world: World) -> list[Any]:
    return [world.run.pk]


def _nothing(world: World) -> list[Any]:
    return [uuid4()]


_RUN_PAGES = (
    "destruction_run",
    "destruction_progress",
    "destruction_certificate",
    "destruction_certificate_file",
)

ROWS: list[Row] = [
    # Outside people have no day: the auditor is sent to the log, others to their rooms.
    Row(url="compliance:today", who=STAFF | who("bo", "ben", "sam", "aud")),
    Row(url="compliance:log", who=READERS),
    Row(url="compliance:log_entry", who=READERS, args=_any_entry),
    Row(url="compliance:log_entry", who=NOBODY_AT_ALL, args=_nothing, state="no such entry"),
    Row(
        url="compliance:log_reason", who=NOBODY_AT_ALL, args=_any_entry, method="post", state="none is sealed"
    ),
    Row(url="compliance:log_export", who=OFFICERS),
    Row(url="compliance:retention", who=OFFICERS),
    Row(url="compliance:retention_add", who=OFFICERS, method="post", data=lambda world: RULE),
    Row(url="compliance:retention_edit", who=OFFICERS, build=_rule, args=lambda world: [world.rule.pk]),
    Row(url="compliance:retention_edit", who=NOBODY_AT_ALL, args=_nothing, state="no such rule"),
    Row(url="compliance:destruction", who=READERS),
    Row(url="compliance:destruction_propose", who=OFFICERS, method="post"),
    Row(url="compliance:destruction_run", who=READERS, build=_due, args=_run_id),
    Row(url="compliance:destruction_progress", who=READERS, build=_due, args=_run_id),
    Row(url="compliance:destruction_ask", who=OFFICERS, build=_due, args=_run_id, method="post"),
    *(
        Row(url=f"compliance:{page}", who=NOBODY_AT_ALL, args=_nothing, state="no such run")
        for page in _RUN_PAGES
    ),
    *(
        Row(url=f"compliance:{page}", who=NOBODY_AT_ALL, build=_due, args=_run_id, state="not destroyed yet")
        for page in _RUN_PAGES[2:]
    ),
]

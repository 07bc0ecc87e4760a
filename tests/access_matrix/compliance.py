"""The pages of oversight: the log, retention, destruction, the day's page."""

import json
from typing import Any
from uuid import uuid4

from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.destruction.models import CertificateSupplement, DestructionCertificate, RunState
from tests.access_matrix import Row, World, who
from tests.compliance import world as compliance
from vault.purposes.catalogue import Purpose, Reason
from vault.records.labels import Group
from vault.records.reading import reveal_group

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


def _destroyed(world: World) -> None:
    """A run that has ended, as its rows say; the worker itself is not needed to look at its pages."""
    _due(world)
    asked = compliance.asked(world.run, world.olivia)
    now = timezone.now()
    world.run.state, world.run.ordered_at, world.run.ordered_by = RunState.DONE, now, world.olivia
    world.run.ended_at = now
    world.run.save()
    approval = {"requested_by": str(world.olivia.pk), "requested_at": now.isoformat(), "approved": []}
    copies = [{"place": "keyring", "dies_at": "2026-01-05T08:00:00Z", "state": "destroyed"}]
    content = {"approval": approval, "copies": copies, "rules": [], "books": [], "keys": [], "batches": []}
    DestructionCertificate.objects.create(
        run=world.run, content=json.dumps(content), digest=b"0" * 32, entry=asked.pk
    )


def _supplemented(world: World) -> None:
    _destroyed(world)
    CertificateSupplement.objects.create(
        run=world.run, number=1, content="{}", digest=b"0" * 32, entry=world.run.pk
    )


def _revealed(world: World) -> None:
    book = compliance.book_of(world.ming)
    [client] = compliance.clients_in(book, world.ming, 1)
    with acting_as(Origin(actor=world.ming.pk)):
        reveal_group(
            actor=world.ming,
            client_id=client,
            group=Group.CONTACT,
            purpose=Purpose.SERVICE,
            reason=Reason.CALL,
            words="because",
        )
    world.entry = LogEntry.objects.get(object_id=client, action="client.reveal")


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
    Row(
        url="compliance:log_reason",
        who=OFFICERS,
        build=_revealed,
        args=lambda world: [world.entry.pk],
        method="post",
        state="one is sealed",
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
    Row(
        url="compliance:destruction_supplement_file",
        who=READERS,
        build=_supplemented,
        args=lambda world: [world.run.pk, 1],
    ),
    Row(
        url="compliance:destruction_supplement_file",
        who=NOBODY_AT_ALL,
        build=_supplemented,
        args=lambda world: [world.run.pk, 2],
        state="no such supplement",
    ),
    *(
        Row(url=f"compliance:{page}", who=NOBODY_AT_ALL, args=_nothing, state="no such run")
        for page in _RUN_PAGES
    ),
    *(
        Row(url=f"compliance:{page}", who=NOBODY_AT_ALL, build=_due, args=_run_id, state="not destroyed yet")
        for page in _RUN_PAGES[2:]
    ),
    *(
        Row(url=f"compliance:{page}", who=READERS, build=_destroyed, args=_run_id, state="destroyed")
        for page in _RUN_PAGES
    ),
]

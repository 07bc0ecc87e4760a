"""What the database refuses of locks and cases, whoever writes."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.containment.models import Incident, IncidentClock, IncidentEvent, IncidentLock
from people.accounts.system import SYSTEM_ID
from people.locks.codes import Kind
from people.locks.models import Lock
from tests.compliance.containment.making import asked, case_of, locked


def inserted(people: SimpleNamespace, **values: Any) -> None:
    now = timezone.now()
    row = {
        "kind": Kind.BOOK,
        "object_id": uuid4(),
        "reason": "lock.leak",
        "note": "x",
        "locked_by": people.olivia,
        "locked_at": now,
        "discovered_at": now - timedelta(seconds=1),
    }
    with transaction.atomic():
        Lock.objects.create(**row | values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("lock_kind_known", {"kind": "house"}),
        ("lock_reason_known", {"reason": "because"}),
        ("lock_has_note", {"note": ""}),
        ("lock_names_its_person", {"kind": Kind.PERSON}),
        ("lock_names_its_deal", {"kind": Kind.ROOM}),
        ("lock_discovered_before", {"discovered_at": "later"}),
        ("lock_begins_now", {"locked_at": "earlier"}),
        ("lock_begins_open", {"ended_at": "now"}),
    ],
)
def test_a_lock_as_it_may_not_be(people: SimpleNamespace, name: str, values: dict[str, Any]) -> None:
    now = timezone.now()
    moments = {
        "later": now + timedelta(milliseconds=1),
        "earlier": now - timedelta(hours=1),
        "now": now,
    }
    given = {key: moments.get(value, value) for key, value in values.items()}
    if name == "lock_begins_now":
        given["discovered_at"] = now - timedelta(hours=2)
    if name == "lock_discovered_before":  # both before the clock, which is asked first
        given["locked_at"], given["discovered_at"] = now - timedelta(seconds=40), now - timedelta(seconds=20)
    with pytest.raises(IntegrityError, match=name):
        inserted(people, **given)


def test_a_lock_of_oneself_of_the_house_and_twice(people: SimpleNamespace) -> None:
    own = {"kind": Kind.PERSON, "person": people.ming, "object_id": people.ming.pk}
    with pytest.raises(IntegrityError, match="lock_not_of_oneself"):
        inserted(people, **own, locked_by=people.ming)
    with pytest.raises(IntegrityError, match="lock_not_of_the_house"):
        inserted(people, kind=Kind.PERSON, person_id=SYSTEM_ID, object_id=SYSTEM_ID)
    inserted(people, **own)
    people.ming.refresh_from_db()
    assert not people.ming.is_active  # whoever inserts it
    with pytest.raises(IntegrityError, match="lock_once"):
        inserted(people, **own)


def test_a_lock_leaves_two_who_can_end_it(people: SimpleNamespace) -> None:
    inserted(people, kind=Kind.PERSON, person=people.otto, object_id=people.otto.pk)
    with pytest.raises(IntegrityError, match="lock_leaves_two"):
        inserted(people, kind=Kind.PERSON, person=people.ada, object_id=people.ada.pk)
    with pytest.raises(IntegrityError, match="lock_leaves_two"):
        inserted(
            people,
            kind=Kind.PERSON,
            person=people.olivia,
            object_id=people.olivia.pk,
            locked_by=people.ada,
        )


def test_an_approval_alone_ends_nothing(people: SimpleNamespace) -> None:
    request = asked(people.ada, locked(people.olivia, Kind.PERSON, people.ming))
    with pytest.raises(IntegrityError, match="lock_ends_by_approval"):
        inserted(people, approval=request)


def test_a_lock_is_final_and_stays(people: SimpleNamespace) -> None:
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    rows = Lock.objects.filter(pk=lock.pk)
    earlier = lock.discovered_at - timedelta(days=1)
    changes: list[dict[str, Any]] = [{"note": "y"}, {"reason": "lock.drill"}, {"discovered_at": earlier}]
    for change in changes:
        with pytest.raises(IntegrityError, match="lock_content_is_final"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="lock_stays"), transaction.atomic():
        rows._raw_delete("default")


def test_a_case_as_it_may_not_be(people: SimpleNamespace) -> None:
    incident = case_of(locked(people.olivia, Kind.PERSON, people.ming))
    rows, now = Incident.objects.filter(pk=incident.pk), timezone.now()
    contained = {"state": "contained", "contained": "contained.locked", "contained_at": now}
    closed = {"state": "closed", "closed": "closed.nothing", "closed_at": now}
    cases: list[tuple[str, dict[str, Any]]] = [
        ("incident_severity_known", {"severity": 5}),
        ("incident_reason_known|incident_content_is_final", {"reason": "x"}),
        ("incident_discovered_only_earlier", {"discovered_at": now}),
        ("incident_contained_by_something", {"state": "contained"}),
        ("incident_closed_for_a_reason", {"closed": "closed.nothing"}),
        ("incident_state_moves_on", contained | closed),
    ]
    for name, change in cases:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    rows.update(**contained)
    with pytest.raises(IntegrityError, match="incident_closed_with_clocks_answered"), transaction.atomic():
        rows.update(**closed)
    with pytest.raises(IntegrityError, match="incident_stays"), transaction.atomic():
        rows._raw_delete("default")
    with pytest.raises(IntegrityError, match="incident_discovered_before"), transaction.atomic():
        Incident.objects.create(
            reason="lock.leak",
            opened_by=people.olivia,
            opened_at=now - timedelta(hours=2),
            discovered_at=now - timedelta(hours=1),
        )
    with pytest.raises(IntegrityError, match="incident_begins_open"), transaction.atomic():
        Incident.objects.create(
            reason="lock.leak", opened_by=people.olivia, discovered_at=now - timedelta(hours=1), **contained
        )


def test_a_clock_and_a_decision_stay(people: SimpleNamespace) -> None:
    incident = case_of(locked(people.olivia, Kind.PERSON, people.ming))
    clock = incident.clocks.get(code="pipl.57")
    rows = IncidentClock.objects.filter(pk=clock.pk)
    answered = {
        "answer": "clock.done",
        "note": "told",
        "answered_by": people.olivia,
        "answered_at": timezone.now(),
    }
    for name, change in (
        ("incident_clock_is_final", {"due_at": clock.due_at + timedelta(hours=1)}),
        ("incident_clock_answered_by_somebody", {"answer": "clock.done"}),
        ("incident_clock_answered_by_somebody", answered | {"note": ""}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    rows.update(**answered)
    with pytest.raises(IntegrityError, match="incident_clock_is_final"), transaction.atomic():
        rows.update(note="otherwise")
    with pytest.raises(IntegrityError, match="incident_clock_stays"), transaction.atomic():
        rows._raw_delete("default")
    with pytest.raises(IntegrityError, match="incident_clock_once"), transaction.atomic():
        IncidentClock.objects.create(incident=incident, code="dsl.29", due_at=timezone.now())
    event = incident.events.first()
    assert event is not None
    with pytest.raises(IntegrityError, match="incidentevent_is_final"), transaction.atomic():
        IncidentEvent.objects.filter(pk=event.pk).update(note="z")
    for name, values in (
        ("incident_event_known", {"kind": "other", "note": "x"}),
        ("incident_event_note_says_something", {"kind": "note"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            IncidentEvent.objects.create(incident=incident, by=people.olivia, **values)
    with pytest.raises(IntegrityError, match="incidentlock_is_final"), transaction.atomic():
        IncidentLock.objects.filter(incident=incident)._raw_delete("default")

"""The case: opened or joined by a lock, its clocks from discovery, closed once they are answered."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.containment import cases
from compliance.containment.cases import Case
from compliance.containment.clocks import CLOCKS
from compliance.containment.codes import Answer, Closed, Contained, Severity
from compliance.containment.models import Incident
from compliance.containment.today import due
from people.locks.codes import Kind
from people.today import due_for
from tests.cast import client_of
from tests.compliance.containment.making import case_of, locked
from vault.records.errors import NotPossible


def test_each_lock_opens_a_case_whose_clocks_start_at_discovery(people: SimpleNamespace) -> None:
    found = timezone.now() - timedelta(hours=3)
    incident = case_of(locked(people.olivia, Kind.PERSON, people.ming, discovered_at=found))
    clocks = {clock.code: clock.due_at for clock in incident.clocks.all()}
    assert clocks == {
        "house.contain": found + timedelta(hours=1),
        "house.severity": found + timedelta(hours=4),
        "pipl.57": found + timedelta(hours=24),
        "dsl.29": found + timedelta(hours=24),
    }
    assert incident.clocks.get(code="house.contain").is_overdue
    assert [event.kind for event in incident.events.order_by("at")] == ["opened", "locked"]


def test_acceptance_7_four_hours_and_seventy_two(people: SimpleNamespace) -> None:
    found = timezone.now() - timedelta(hours=1)
    lock = locked(
        people.olivia, Kind.PERSON, people.ming, discovered_at=found, case=Case(severity=Severity.LARGER)
    )
    incident = case_of(lock)
    assert incident.clocks.get(code="cac.report").due_at == found + timedelta(hours=4)
    judge(people, incident, gdpr=True, critical=True)
    assert incident.clocks.get(code="gdpr.33").due_at == found + timedelta(hours=72)
    assert incident.clocks.get(code="cac.critical").due_at == found + timedelta(hours=1)
    assert not incident.clocks.filter(code="cac.final").exists()
    contain(people, incident)
    incident.refresh_from_db()
    assert incident.contained_at is not None
    final = incident.clocks.get(code="cac.final")
    assert final.due_at == incident.contained_at + timedelta(days=30)


def judge(people: SimpleNamespace, incident: Incident, **flags: bool) -> None:
    with acting_as(Origin(actor=people.olivia.pk)):
        cases.judge(
            actor=people.olivia,
            incident_id=incident.pk,
            severity=Severity.LARGER,
            words="as seen",
            **{"critical": False, "gdpr": False} | flags,
        )


def contain(people: SimpleNamespace, incident: Incident) -> None:
    with acting_as(Origin(actor=people.olivia.pk)):
        cases.contain(
            actor=people.olivia, incident_id=incident.pk, how=Contained.LOCKED, words="nothing gets out"
        )


def test_a_second_lock_joins_and_brings_the_clocks_forward(world: SimpleNamespace) -> None:
    now = timezone.now()
    first = case_of(locked(world.olivia, Kind.PERSON, world.bo, discovered_at=now - timedelta(hours=1)))
    joined = Case(incident_id=first.pk)
    locked(world.olivia, Kind.ROOM, world.room, discovered_at=now - timedelta(hours=9), case=joined)
    assert Incident.objects.count() == 1
    first.refresh_from_db()
    assert first.discovered_at == now - timedelta(hours=9)
    assert first.clocks.get(code="pipl.57").due_at == now + timedelta(hours=15)
    # A later one moves nothing.
    locked(world.olivia, Kind.PERSON, world.ben, discovered_at=now, case=joined)
    first.refresh_from_db()
    assert first.discovered_at == now - timedelta(hours=9)


def test_attack_a_lead_joins_a_case_of_the_officers(world: SimpleNamespace) -> None:
    incident = case_of(locked(world.olivia, Kind.PERSON, world.bo))
    with pytest.raises(Refused):
        locked(world.lea, Kind.ROOM, world.room, case=Case(incident_id=incident.pk))


def test_closing_needs_every_clock_answered(people: SimpleNamespace) -> None:
    incident = case_of(locked(people.olivia, Kind.PERSON, people.ming))
    with acting_as(Origin(actor=people.olivia.pk)):
        close = {"actor": people.olivia, "incident_id": incident.pk, "how": Closed.AVERTED, "words": "seen"}
        with pytest.raises(NotPossible, match="contained"):
            cases.close(**close)
        contain(people, incident)
        with pytest.raises(NotPossible, match="every clock"):
            cases.close(**close)
        for clock in incident.clocks.all():
            said = {"actor": people.olivia, "incident_id": incident.pk, "clock_id": clock.pk}
            cases.answer(**said, how=Answer.NOT_NEEDED, words="nobody was harmed")
        with pytest.raises(NotPossible, match="answered already"):
            cases.answer(**said, how=Answer.DONE, words="again")
        cases.close(**close)
        with pytest.raises(NotPossible, match="closed"):
            cases.add_note(actor=people.olivia, incident_id=incident.pk, words="late")
    incident.refresh_from_db()
    assert incident.state == "closed"


def test_overdue_clocks_are_in_an_officers_day(people: SimpleNamespace) -> None:
    locked(people.olivia, Kind.PERSON, people.ming, discovered_at=timezone.now() - timedelta(hours=5))
    told = {str(item.label): item.count for item in due_for(people.otto)}
    assert told["Clocks of incidents that are overdue"] == 2
    assert told["Clocks of incidents that run"] == 2
    assert list(due(people.lea)) == []


def test_the_page_shows_source_and_time_left_and_takes_answers(people: SimpleNamespace) -> None:
    incident = case_of(locked(people.olivia, Kind.PERSON, people.ming))
    browser = client_of(people.otto)
    page = browser.get(reverse("compliance:incident", args=[incident.pk])).content.decode()
    for code in ("pipl.57", "dsl.29", "house.contain"):
        assert str(CLOCKS[code].source) in page
    assert "23 h 59 min left" in page
    clock = incident.clocks.get(code="house.contain")
    address = reverse("compliance:incident_clock", args=[incident.pk, clock.pk])
    browser.post(address, {"how": "clock.done", "words": "call 13800138000"})
    clock.refresh_from_db()
    assert clock.answer == ""
    browser.post(address, {"how": "clock.done", "words": "locked at once"})
    clock.refresh_from_db()
    assert (clock.answer, clock.answered_by_id) == ("clock.done", people.otto.pk)
    steps = [
        ("incident_severity", {"severity": "2", "words": "many people"}, "severity", 2),
        ("incident_contain", {"how": "contained.locked", "words": "locked"}, "state", "contained"),
    ]
    for name, typed, field, value in steps:
        browser.post(reverse(f"compliance:{name}", args=[incident.pk]), typed)
        incident.refresh_from_db()
        assert getattr(incident, field) == value
    browser.post(
        reverse("compliance:incident_note", args=[incident.pk]), {"words": "the disk lies in the safe"}
    )
    assert incident.events.filter(kind="note").count() == 1
    browser.post(
        reverse("compliance:incident_close", args=[incident.pk]), {"how": "closed.averted", "words": "x"}
    )
    incident.refresh_from_db()
    assert incident.state == "contained"  # clocks wait


def test_the_lock_page_says_what_stops_and_locks(people: SimpleNamespace) -> None:
    browser = client_of(people.olivia)
    client_of(people.lin)
    address = reverse("compliance:lock", args=["person", people.lin.pk])
    page = browser.get(address)
    assert ("Staff sessions", 0) in [(str(label), count) for label, count in page.context["stops"]]
    typed = {"reason": "lock.leak", "words": "seen", "severity": "1"}
    later = timezone.localtime() + timedelta(hours=1)
    refused = browser.post(address, typed | {"discovered_at": f"{later:%Y-%m-%dT%H:%M}"})
    assert refused.status_code == 422
    now = timezone.localtime()
    done = browser.post(address, typed | {"discovered_at": f"{now:%Y-%m-%dT%H:%M}"})
    assert done.status_code == 302
    assert (
        "This person is locked"
        in browser.get(reverse("people:person", args=[people.lin.pk])).content.decode()
    )
    assert browser.get(reverse("compliance:incidents")).context["rows"][0].names == ["Lin"]
    assert (
        client_of(people.olivia).get(reverse("compliance:lock", args=["house", people.lin.pk])).status_code
        == 404
    )

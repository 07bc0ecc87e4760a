"""What the tables refuse, whoever writes."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.anomalies.codes import Change, Confirmed, FalseAlarm, MuteReason, State
from compliance.anomalies.models import Finding, Leaving, Mute, PersonDay, RuleVersion, Trial, WatchPlace
from compliance.stream.models import Kind, StreamPlace, Trouble

NOW = timezone.now()
DAY = date(2026, 11, 20)


def refused(name: str, model: Any, **values: object) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**values)


def finding(house: SimpleNamespace, **values: object) -> dict[str, object]:
    about = house.ming.pk
    plain = {"rule": "x", "version": 0, "about": str(about), "person_id": about, "day": DAY}
    return plain | {"measure": 1, "limit": 1, "entries": [], "entry_count": 0, "last_at": NOW} | values


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("finding_state_known", {"state": "x"}),
        ("finding_reason_of_its_state", {"reason": FalseAlarm.WORK}),
        ("finding_taken_by_somebody", {"state": State.REVIEW}),
        ("finding_muted_by_a_mute", {"state": State.MUTED}),
        ("finding_decided_by_somebody", {"state": State.CONFIRMED, "reason": Confirmed.MISUSE}),
    ],
)
def test_findings(house: SimpleNamespace, name: str, values: dict[str, object]) -> None:
    refused(name, Finding, **finding(house, **values))


def test_a_reason_fits_its_state_and_a_decision_has_a_person_and_a_time(house: SimpleNamespace) -> None:
    decided = {"decided_by": house.olivia, "decided_at": NOW, "taken_by": house.olivia}
    for state, reason in ((State.CONFIRMED, FalseAlarm.WORK), (State.FALSE_ALARM, Confirmed.MISUSE)):
        refused(
            "finding_reason_of_its_state", Finding, **finding(house, state=state, reason=reason, **decided)
        )
    refused("finding_decided_by_somebody", Finding, **finding(house, **decided))


def test_attack_nobody_decides_about_themselves_or_takes_it_up(house: SimpleNamespace) -> None:
    mine = {"person_id": house.olivia.pk, "about": str(house.olivia.pk)}
    decided = {"state": State.FALSE_ALARM, "reason": FalseAlarm.WORK, "decided_at": NOW}
    refused("finding_not_by_oneself", Finding, **finding(house, **mine, **decided, decided_by=house.olivia))
    refused(
        "finding_not_by_oneself", Finding, **finding(house, **mine, state=State.REVIEW, taken_by=house.olivia)
    )


def test_a_finding_is_one_for_its_rule_person_and_day(house: SimpleNamespace) -> None:
    Finding.objects.create(**finding(house))
    refused("finding_once", Finding, **finding(house))
    Finding.objects.create(**finding(house, number=2))


def test_rule_versions(house: SimpleNamespace) -> None:
    plain = {"rule": "x", "number": 1, "active": True, "params": {}, "why": Change.NOISE}
    made = RuleVersion.objects.create(**plain, made_by=house.olivia, decided_by=house.otto)
    refused("rule_version_once", RuleVersion, **plain, made_by=house.olivia)
    refused("rule_version_from_one", RuleVersion, **plain | {"number": 0}, made_by=house.olivia)
    refused("rule_version_why_known", RuleVersion, **plain | {"number": 2, "why": "x"}, made_by=house.olivia)
    refused(
        "rule_version_two_people",
        RuleVersion,
        **plain | {"number": 2},
        made_by=house.olivia,
        decided_by=house.olivia,
    )
    for change in (made.delete, lambda: RuleVersion.objects.update(active=False)):
        with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
            change()


def test_mutes(house: SimpleNamespace) -> None:
    plain = {"rule": "x", "person_id": house.ming.pk, "until": DAY, "reason": MuteReason.KNOWN}
    Mute.objects.create(**plain, made_by=house.olivia)
    refused("mute_once", Mute, **plain, made_by=house.otto)
    refused("mute_reason_known", Mute, **plain | {"rule": "y", "reason": "x"}, made_by=house.otto)
    refused("mute_not_of_oneself", Mute, **plain | {"person_id": house.otto.pk}, made_by=house.otto)
    refused("mute_ended_by_somebody", Mute, **plain | {"rule": "y", "ended_at": NOW}, made_by=house.otto)


def test_leaving(house: SimpleNamespace) -> None:
    Leaving.objects.create(person=house.ming, noted_by=house.olivia)
    refused("leaving_once", Leaving, person=house.ming, noted_by=house.olivia)
    refused(
        "leaving_not_ended_by_oneself",
        Leaving,
        person=house.otto,
        noted_by=house.olivia,
        ended_by=house.otto,
        ended_at=NOW,
    )


def test_days_trials_and_places(house: SimpleNamespace) -> None:
    someone = uuid4()
    PersonDay.objects.create(person_id=someone, day=DAY, hours=[0] * 24)
    refused("person_day_once", PersonDay, person_id=someone, day=DAY, hours=[0] * 24)
    refused("person_day_has_hours", PersonDay, person_id=someone, day=DAY - timedelta(1), hours=[0] * 23)
    trial = {"rule": "x", "params": {}, "first": DAY, "asked_by": house.olivia}
    refused("trial_days_bounded", Trial, **trial, days=0)
    refused("trial_days_bounded", Trial, **trial, days=366)
    refused("trial_done_bounded", Trial, **trial, days=1, done=2)
    refused("watch_place_one_row", WatchPlace, id=False, begun_on=DAY)
    refused("watch_place_not_negative", WatchPlace, begun_on=DAY, next_index=-1)


def test_stream_places(house: SimpleNamespace) -> None:
    StreamPlace.objects.create(kind=Kind.SYSLOG, address="a")
    refused("stream_place_once", StreamPlace, kind=Kind.SYSLOG, address="a")
    refused("stream_place_not_negative", StreamPlace, kind=Kind.SYSLOG, address="b", next_index=-1)
    for half in ({"trouble": Trouble.TLS}, {"failing_since": NOW}, {"attempts": 1}):
        refused("stream_trouble_since_when", StreamPlace, kind=Kind.SYSLOG, address="b", **half)

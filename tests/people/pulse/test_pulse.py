"""The pulse: nothing links an answer to a person, nothing is shown of few, nothing by subtraction."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from people.pulse import services
from people.pulse.models import PulseCount, PulseRound, PulseVoice, Question
from people.pulse.report import FEWEST, report, shown
from tests.cast import client_of
from tests.people.pulse.making import HAPPY, SAD, agents, answered, closed, opened

pytestmark = pytest.mark.django_db


def test_answered_once_and_counted(people: SimpleNamespace) -> None:
    pulse = opened(people)
    typed = {f"q{question}": "4" for question in Question.values}
    browser = client_of(people.ming)
    assert browser.post(reverse("people:pulse"), typed).status_code == 302
    assert "You have answered" in browser.get(reverse("people:pulse")).content.decode()
    assert PulseCount.objects.get(round=pulse, question=1).count == 1
    with pytest.raises(services.NotPossible):
        services.answer(actor=people.ming, pulse=pulse, values=HAPPY)
    assert PulseCount.objects.get(round=pulse, question=1).count == 1
    for wrong in ({}, {1: 3}, {**HAPPY, 1: 6}):
        with pytest.raises(services.NotPossible):
            services.answer(actor=people.lin, pulse=pulse, values=wrong)


def test_attack_no_table_and_no_entry_says_who_answered_what(people: SimpleNamespace) -> None:
    """Counts name a group, voices a person: no column is in both, none has a time, and no entry an answer."""
    pulse = opened(people)
    answered(pulse, people.ming, values=SAD)
    answered(pulse, people.lin, values=HAPPY)
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_name in ('people_pulsecount', 'people_pulsevoice')"
        )
        columns = cursor.fetchall()
    voice = {name for table, name, _type in columns if table == "people_pulsevoice"}
    counts = {name for table, name, _type in columns if table == "people_pulsecount"}
    assert voice == {"id", "round_id", "person_id"}
    assert counts == {"id", "round_id", "group", "question", "value", "count"}
    assert not any("time" in kind or "date" in kind for *_names, kind in columns)
    assert PulseCount.objects.count() == 2 * len(Question.values)  # counts, not a row for each voice
    for entry in LogEntry.objects.using("default").filter(action=Action.PULSE_ANSWER):
        assert (entry.fields, entry.subjects, entry.purpose) == ([], [], "")


def test_attack_two_reports_over_time_differ_by_nobodys_answer(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads before and after somebody answers learns nothing: while it is open there is no
    report, and afterwards no answer."""
    pulse = opened(people)
    many = agents(6)
    answered(pulse, *many)
    assert report(pulse) is None
    answered(pulse, people.ming, values=SAD)
    assert report(pulse) is None
    page = client_of(people.olivia).get(reverse("people:pulses")).content.decode()
    assert "Open; nothing is shown" in page
    closed(pulse, monkeypatch)
    first = report(pulse)
    assert first is not None
    assert first[0].people == 7
    with pytest.raises(services.NotPossible):
        services.answer(actor=people.lin, pulse=pulse, values=SAD)
    assert report(pulse) == first


def test_attack_the_database_takes_no_answer_to_a_round_that_is_over(people: SimpleNamespace) -> None:
    now = timezone.now()
    over = PulseRound.objects.create(
        opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1), opened_by=people.olivia
    )
    with pytest.raises(IntegrityError, match="pulse_while_open"), transaction.atomic():
        PulseCount.objects.create(round=over, group="business", question=1, value=3, count=1)


def test_attack_the_one_left_out_is_not_had_by_subtraction(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six of business and one officer: with the six shown, the sum would give the one away."""
    pulse = opened(people)
    answered(pulse, *agents(6))
    answered(pulse, people.olivia, values=SAD)
    found = report(closed(pulse, monkeypatch))
    assert found is not None
    assert [part.people for part in found] == [7]


def test_of_fewer_than_five_nothing_is_shown(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse = opened(people)
    answered(pulse, *agents(FEWEST - 1))
    assert report(closed(pulse, monkeypatch)) is None


def test_groups_that_are_large_enough_are_shown(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse = opened(people)
    answered(pulse, *agents(FEWEST), values=SAD)
    found = report(closed(pulse, monkeypatch))
    assert found is not None
    assert [part.people for part in found] == [FEWEST, FEWEST]
    assert {one.mean for part in found for one in part.answers} == {1.0}


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(0, 12)))
def test_whatever_the_sizes_what_is_left_out_is_nobody_or_five(sizes: dict[str, int]) -> None:
    keep = shown(sizes)
    left_out = sum(size for group, size in sizes.items() if group not in keep)
    assert all(sizes[group] >= FEWEST for group in keep)
    assert not keep or left_out == 0 or left_out >= FEWEST


def test_rounds_lie_apart_and_stay_as_opened(people: SimpleNamespace) -> None:
    pulse = opened(people)
    with pytest.raises(services.NotPossible):
        opened(people)
    now = timezone.now()
    row: dict[str, Any] = {"opens_at": now, "closes_at": now + timedelta(days=7), "opened_by": people.olivia}
    with pytest.raises(IntegrityError, match="pulse_rounds_apart"), transaction.atomic():
        PulseRound.objects.create(**row)
    far = now + timedelta(days=100)
    with pytest.raises(IntegrityError, match="pulse_open_for_a_while"), transaction.atomic():
        PulseRound.objects.create(**row | {"opens_at": far, "closes_at": far + timedelta(hours=1)})
    with pytest.raises(IntegrityError, match="people_pulseround_is_final"), transaction.atomic():
        PulseRound.objects.filter(pk=pulse.pk).update(closes_at=now + timedelta(minutes=1))


def test_what_the_database_refuses(people: SimpleNamespace) -> None:
    pulse = opened(people)
    good = {"round": pulse, "group": "business", "question": 1, "value": 3, "count": 1}
    for rule, changed in (
        ("pulse_group_known", {"group": "ming"}),
        ("pulse_question_known", {"question": 9}),
        ("pulse_value_known", {"value": 6}),
        ("pulse_counts_up", {"count": 7}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            PulseCount.objects.create(**good | changed)
    PulseCount.objects.create(**good)
    with pytest.raises(IntegrityError, match="pulse_count_once"), transaction.atomic():
        PulseCount.objects.create(**good)
    with pytest.raises(IntegrityError, match="pulse_counts_up"), transaction.atomic():
        PulseCount.objects.update(count=5)
    with pytest.raises(IntegrityError, match="pulse_counts_up"), transaction.atomic():
        PulseCount.objects.all().delete()
    voice = PulseVoice.objects.create(round=pulse, person=people.ming)
    with pytest.raises(IntegrityError, match="pulse_one_voice"), transaction.atomic():
        PulseVoice.objects.create(round=pulse, person=people.ming)
    with pytest.raises(IntegrityError, match="people_pulsevoice_is_final"), transaction.atomic():
        PulseVoice.objects.filter(pk=voice.pk).delete()

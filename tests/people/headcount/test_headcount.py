"""The numbers of the law: counted once a day, reached once, with a clock until the filing is recorded."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from people.headcount import counting, services
from people.headcount.counting import Heads
from people.headcount.due import due
from people.headcount.models import REACHED_AT, WITHIN, Crossing, HeadCount, Mark
from people.notices.models import Notice
from people.workdays import after, is_rest
from tests.cast import client_of
from tests.people.helpers import logged
from tests.people.posts.making import appointed

pytestmark = pytest.mark.django_db


@pytest.fixture
def heads(monkeypatch: pytest.MonkeyPatch) -> dict[str, Heads]:
    """What the one counter of the test counts."""
    found = {"now": Heads(1000, 200)}
    monkeypatch.setattr(counting, "_counters", [lambda: found["now"]])
    return found


def test_below_the_numbers_nothing_begins(people: SimpleNamespace, heads: dict[str, Heads]) -> None:
    counting.count()
    kept = counting.count()
    assert (kept.people, kept.sensitive) == (1000, 200)
    assert HeadCount.objects.count() == 1
    assert not Crossing.objects.exists()


@pytest.mark.parametrize(
    ("mark", "found"),
    [
        (Mark.FILING, Heads(REACHED_AT[Mark.FILING], 0)),
        (Mark.SENSITIVE, Heads(100_000, REACHED_AT[Mark.SENSITIVE])),
    ],
)
def test_reaching_one_starts_a_clock_and_is_told_once(
    people: SimpleNamespace, heads: dict[str, Heads], mark: Mark, found: Heads
) -> None:
    heads["now"] = Heads(found.people - 1, max(0, found.sensitive - 1))
    counting.count()
    assert not Crossing.objects.exists()
    heads["now"] = found
    counting.count()
    counting.count()
    crossing = Crossing.objects.get()
    assert (crossing.mark, crossing.due_on) == (mark, after(timezone.localdate(), WITHIN))
    assert logged(Action.HEADCOUNT_REACHED, crossing.pk) == 1
    told = Notice.objects.filter(kind="headcount.reached").values_list("person__username", flat=True)
    assert sorted(told) == ["ada", "olivia", "otto"]
    assert sum(item.count for item in due(people.olivia)) == 1


def test_the_filing_needs_its_day_its_number_and_somebody_to_be_filed(
    people: SimpleNamespace, heads: dict[str, Heads]
) -> None:
    heads["now"] = Heads(2_000_000, 5)
    counting.count()
    crossing = Crossing.objects.get()
    browser = client_of(people.olivia)
    address = reverse("people:headcount_filing", args=[crossing.pk])
    typed = {"done_on": timezone.localdate().isoformat(), "number": "网信备〔2026〕12号"}
    assert "nobody to be filed" in browser.post(address, typed).content.decode()
    appointed(people, people.olivia)
    assert browser.post(address, {**typed, "number": ""}).status_code == 200
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert browser.post(address, {**typed, "done_on": tomorrow}).status_code == 200
    assert browser.post(address, typed).status_code == 302
    crossing.refresh_from_db()
    assert (crossing.number, crossing.recorded_by) == ("网信备〔2026〕12号", people.olivia)
    assert logged(Action.HEADCOUNT_FILED, crossing.pk) == 1
    assert not any(item.count for item in due(people.olivia))
    assert browser.get(address).status_code == 404
    counting.count()
    assert Crossing.objects.count() == 1


def test_overdue_it_is_told_once_more(people: SimpleNamespace, heads: dict[str, Heads]) -> None:
    today = timezone.localdate()
    Crossing.objects.create(
        mark=Mark.FILING,
        crossed_on=today - timedelta(days=60),
        count=1_000_001,
        due_on=today - timedelta(days=2),
    )
    counting.count()
    counting.count()
    assert Notice.objects.filter(kind="headcount.overdue", person=people.olivia).count() == 1


def test_thirty_working_days() -> None:
    """The week of 1 October 2026 is off, and so are weekends."""
    end = after(date(2026, 9, 28), WITHIN)
    days = [date(2026, 9, 28) + timedelta(days=n) for n in range(1, (end - date(2026, 9, 28)).days + 1)]
    assert sum(not is_rest(day) for day in days) == WITHIN
    assert not is_rest(end)
    assert end > date(2026, 11, 9)


def test_the_page_counts_nothing(
    people: SimpleNamespace, heads: dict[str, Heads], monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.count()
    HeadCount.objects.create(day=timezone.localdate() - timedelta(days=1), people=900, sensitive=100)

    def never() -> Heads:
        raise AssertionError("counted for a page")

    monkeypatch.setattr(counting, "_counters", [never])
    page = client_of(people.olivia).get(reverse("people:headcount"))
    assert [meter.count for meter in page.context["meters"]] == [1000, 200]
    assert "1,000,000" in page.content.decode()


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("crossing_mark_known", {"mark": "many"}),
        ("crossing_due_later", {"due_on": date(2026, 1, 1)}),
        ("crossing_recorded_as_a_whole", {"number": "12"}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, rule: str, changed: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "mark": Mark.FILING,
        "crossed_on": date(2026, 1, 1),
        "count": 5,
        "due_on": date(2026, 2, 1),
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Crossing.objects.create(**good | changed)


def test_what_was_reached_stays(people: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match="headcount_sensitive_among"), transaction.atomic():
        HeadCount.objects.create(day=date(2026, 1, 1), people=1, sensitive=2)
    made = Crossing.objects.create(
        mark=Mark.FILING, crossed_on=date(2026, 1, 1), count=5, due_on=date(2026, 2, 1)
    )
    with pytest.raises(IntegrityError, match="crossing_is_final"), transaction.atomic():
        Crossing.objects.filter(pk=made.pk).update(due_on=date(2027, 2, 1))
    with pytest.raises(IntegrityError, match="crossing_stays"), transaction.atomic():
        made.delete()
    with pytest.raises(services.NotPossible):
        services.record_filing(
            actor=people.olivia, crossing_id=made.pk, done_on=date(2026, 1, 5), number="12"
        )

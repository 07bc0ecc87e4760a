"""When things happened: bounded, by the reader's clock, and one query."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.query import LogFilter, entries
from compliance.review import charts
from compliance.review.charts import charts_of
from people.accounts.models import User
from tests.cast import cast, client_of
from tests.compliance.review.entries import reveal

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return cast()


def of(client: UUID) -> LogFilter:
    return LogFilter(subject=client)


def test_today_is_counted_in_its_day_and_hour(people: dict[str, User]) -> None:
    client = uuid4()
    at = timezone.localtime(reveal(people["ming"], client).at)
    found = charts_of(of(client))
    assert [(one.day, one.count) for one in found.days if one.count] == [(at.date(), 1)]
    assert len(found.days) == charts.DAYS
    row = found.weekdays[at.isoweekday() - 1]
    assert dict(row.hours)[at.hour] == 1
    assert (found.total, found.cut) == (1, False)


def test_an_hour_of_a_weekday_can_be_read(people: dict[str, User]) -> None:
    client = uuid4()
    made = reveal(people["ming"], client)
    at = timezone.localtime(made.at)
    asked = {"client": str(client), "weekday": at.isoweekday(), "hour": at.hour}
    browser = client_of(people["olivia"])
    there = browser.get(reverse("compliance:log"), asked).context["page"].rows
    other = browser.get(reverse("compliance:log"), asked | {"hour": (at.hour + 2) % 24}).context["page"].rows
    assert ([one.pk for one in there], other) == ([made.pk], [])


def test_no_more_days_than_the_bound(people: dict[str, User]) -> None:
    found = charts_of(LogFilter(since=datetime(2020, 1, 1, tzinfo=UTC)))
    assert found.until - found.since <= timedelta(days=charts.MOST_DAYS)


def test_no_more_entries_than_the_bound(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    client = uuid4()
    for _ in range(4):
        reveal(people["ming"], client)
    monkeypatch.setattr(charts, "MOST_ENTRIES", 3)
    found = charts_of(of(client))
    assert (found.total, found.cut) == (3, True)


def test_both_charts_are_one_query(people: dict[str, User]) -> None:
    with CaptureQueriesContext(connection) as caught:
        charts_of(LogFilter())
    assert len(caught) == 1


def test_the_charts_are_a_part_of_the_page_and_a_page_of_tables(people: dict[str, User]) -> None:
    client = uuid4()
    reveal(people["ming"], client)
    browser, address = client_of(people["olivia"]), reverse("compliance:log_charts")
    part = browser.get(address, {"client": str(client)}, headers={"HX-Request": "true"}).content.decode()
    page = browser.get(address, {"client": str(client)}).content.decode()
    assert "<html" not in part
    assert "<html" in page
    assert page.count('<tr data-name="') == 7
    [read] = LogEntry.objects.filter(action=Action.LOG_READ, subjects__contains=[client])[:1]
    assert "charts" in read.fields


def test_filters_count_alike_in_list_and_charts(people: dict[str, User]) -> None:
    client = uuid4()
    for actor in ("ming", "ming", "lin"):
        reveal(people[actor], client)
    filters = LogFilter(subject=client, person=people["ming"].pk)
    assert charts_of(filters).total == entries(filters).count() == 2

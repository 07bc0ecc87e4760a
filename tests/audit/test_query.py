"""Finding entries: each filter, their combination, and paging by key."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action, Result
from audit.ids import uuid7
from audit.log import record_read, record_refusal
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.query import LogFilter, entries, page
from tests.audit.conftest import entry

pytestmark = pytest.mark.django_db


def found(**filters: Any) -> set[object]:
    return set(entries(LogFilter(**filters)).values_list("id", flat=True))


def test_each_filter_finds_its_entries_and_no_others() -> None:
    stated = entry(action=Action.SESSION_SIGN_OUT)
    with acting_as(Origin(actor=uuid7(), on_behalf_of=uuid7(), request=uuid7())) as origin:
        mine = record_read(stated)
    other = record_refusal(entry())
    at = LogEntry.objects.get(id=mine).at
    for filters in (
        {"person": origin.actor},
        {"person": origin.on_behalf_of},
        {"subject": stated.subjects[1]},
        {"deal": stated.deal},
        {"object_id": stated.object_id},
        {"request": origin.request},
        {"since": at, "until": at + timedelta(microseconds=1)},
        {"subject": stated.subjects[0], "actions": (Action.SESSION_SIGN_OUT,), "result": Result.DONE},
    ):
        assert found(**filters) == {mine}
    assert found(subject=stated.subjects[0], actions=(Action.SESSION_SIGN_IN,)) == set()
    assert found(subject=stated.subjects[0], result=Result.REFUSED) == set()
    assert other in found(result=Result.REFUSED)
    assert {mine, other} <= found()


@given(size=st.integers(1, 8), count=st.integers(0, 8))
def test_pages_cover_all_entries_once_newest_first(size: int, count: int) -> None:
    with acting_as(Origin(actor=uuid7())) as origin:
        ids = [record_read(entry()) for _ in range(count)]
    shown: list[object] = []
    after = None
    while True:
        one = page(LogFilter(person=origin.actor), size, after=after)
        assert len(one.entries) <= size
        shown += [row.id for row in one.entries]
        after = one.older
        if after is None:
            break
    assert shown == ids[::-1]


def test_i8_a_page_is_one_query_whatever_its_filters(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        page(LogFilter(person=uuid7(), subject=uuid7(), result=Result.DONE), 50)

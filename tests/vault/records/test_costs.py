"""Invariant 8: what a page costs does not grow with what it does not show."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.vault.records.makers import acting, add_many, book_of
from vault.keys.service import key_cache
from vault.records.listing import PAGE, ClientPage, list_clients
from vault.records.models import Client, ClientBook
from vault.records.reading import view_client
from vault.records.search import search
from vault.records.sorting import NEWEST, choices


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def costs(people: SimpleNamespace) -> dict[str, int]:
    ming = people.ming
    some = Client.objects.order_by("id").values_list("pk", flat=True)[0]
    works: dict[str, Callable[[], object]] = {
        "list": lambda: list_clients(actor=ming, filters={}),
        "client": lambda: view_client(actor=ming, client_id=some),
        "search by phone": lambda: search(actor=ming, text="139 0000 0001"),
        "search by name": lambda: search(actor=ming, text="客户1"),
    }
    with acting(ming):
        for work in works.values():
            work()  # permissions and keys are read once
        return {name: queries(work) for name, work in works.items()}


@pytest.mark.django_db
def test_i8_as_many_queries_for_10_as_for_10_000_records(people: SimpleNamespace, book: ClientBook) -> None:
    add_many(book, 10)
    few = costs(people)
    add_many(book, 9_990, start=10)
    many = costs(people)
    assert many == few
    assert max(many.values()) <= 8, many


FILTERS: list[dict[str, str]] = [
    {},
    {"kind": "person"},
    {"source": "other"},
    {"state": "active", "visibility": "private"},
    {"assigned": "me"},
    {"assigned": "me", "kind": "person", "source": "other", "state": "active"},
]


@pytest.mark.django_db
def test_i8_as_many_queries_for_10_as_for_1_000_records_in_each_order_and_under_each_filter(
    people: SimpleNamespace, book: ClientBook
) -> None:
    ming = people.ming
    ways = [(sort, FILTERS[0]) for sort, _ in choices()] + [(NEWEST, filters) for filters in FILTERS[1:]]

    def asked(shown: int) -> list[int]:
        found = []
        for sort, filters in ways:
            work = partial(list_clients, actor=ming, filters=filters, sort=sort)
            with acting(ming):
                assert len(work().rows) == shown
                found.append(queries(work))
        return found

    add_many(book, 10)
    Client.objects.update(assigned=ming)
    few = asked(10)
    add_many(book, 990, start=10)
    Client.objects.update(assigned=ming)
    assert asked(PAGE) == few
    assert max(few) <= 8, few


@pytest.mark.django_db
def test_i8_as_many_queries_for_a_search_over_2_books_as_over_50(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Each book has index keys of its own; they are asked for together, cached or not."""
    ming = people.ming
    add_many(book, 1)
    add_many(book_of(ming), 1)

    def over(books: int, text: str, *, cold: bool) -> int:
        with acting(ming):
            assert {row.client.book_id for row in search(actor=ming, text=text).rows} == set(
                ClientBook.objects.values_list("pk", flat=True)
            )
            assert ClientBook.objects.count() == books
            if cold:
                key_cache.cache_clear()
            return queries(lambda: search(actor=ming, text=text))

    asked = [(text, cold) for text in ("13900000000", "客户0", "0000") for cold in (False, True)]
    few = [over(2, text, cold=cold) for text, cold in asked]
    for _ in range(48):
        add_many(book_of(ming), 1)
    assert [over(50, text, cold=cold) for text, cold in asked] == few


def page(people: SimpleNamespace, **where: UUID) -> ClientPage:
    with acting(people.ming):
        return list_clients(actor=people.ming, filters={}, **where)


@pytest.mark.django_db
def test_pages_by_key_show_everybody_once_forwards_and_back(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add_many(book, 2 * PAGE + 30)
    first = page(people)
    second = page(people, after=UUID(first.next))
    third = page(people, after=UUID(second.next))
    shown = [row.client.pk for one in (first, second, third) for row in one.rows]
    assert len(shown) == len(set(shown)) == 2 * PAGE + 30
    assert shown == sorted(shown, reverse=True)
    assert (first.previous, third.next) == ("", "")
    back = page(people, before=UUID(third.previous))
    assert [row.client.pk for row in back.rows] == [row.client.pk for row in second.rows]
    start = page(people, before=UUID(second.previous))
    assert start.previous == ""

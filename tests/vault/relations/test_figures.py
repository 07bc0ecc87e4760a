"""Figures: sums of what may be shown, of our own clients, for managers and officers; no single person."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.records.makers import acting, add_many, book_of, let_in
from vault.records.models import Client, ClientBook, Level
from vault.relations.figures.access import counted_books
from vault.relations.figures.counting import Figure, figures_of, month_start
from vault.relations.service.models import Rating

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def filled(book: ClientBook, *, referral: int, online: int, start: int = 0) -> None:
    """Clients of an earlier month, by source."""
    add_many(book, referral + online, start=start)
    ids = list(Client.objects.filter(book=book).order_by("pk").values_list("pk", flat=True))
    then = month_start(timezone.localdate()) - timedelta(days=3)
    Client.objects.filter(pk__in=ids).update(created_at=then, source="online")
    Client.objects.filter(pk__in=ids[:referral]).update(source="referral")


def sources(books: list[ClientBook]) -> dict[str, int | None]:
    [figure] = [one for one in figures_of(books) if str(one.title) == "Clients by source"]
    return {cell.label: cell.count for cell in figure.cells}


def numbers(figures: list[Figure]) -> set[int]:
    return {cell.count for figure in figures for cell in figure.cells if cell.count} | {
        figure.total for figure in figures if figure.total
    }


def test_attack_the_difference_of_all_books_and_one(people: SimpleNamespace, book: ClientBook) -> None:
    """Nine and three recommended: neither the three is shown, nor the twelve that would tell them."""
    other = book_of(people.ming, name="第二本")
    filled(book, referral=9, online=20)
    filled(other, referral=3, online=20, start=100)
    mine, all_of_them = sources([book]), sources([book, other])
    label = "Recommended by a client"
    assert mine[label] == 9
    assert sources([other])[label] is None
    assert all_of_them[label] == 9  # what is hidden in a book is in no sum
    page = client_of(people.ming).get(reverse("vault:figures")).content.decode()
    assert ">12<" not in page


def test_attack_a_book_of_a_few_is_the_rest_of_the_house(people: SimpleNamespace, book: ClientBook) -> None:
    few = book_of(people.ming, name="几个人")
    filled(book, referral=10, online=10)
    filled(few, referral=2, online=2, start=100)
    together = figures_of([book, few])
    assert {figure.total for figure in together[:4]} == {20, None}
    assert all(figure.total is None for figure in figures_of([few]))
    assert 24 not in numbers(together)


def test_attack_watching_the_sum_change_as_one_client_comes(
    people: SimpleNamespace, book: ClientBook
) -> None:
    filled(book, referral=10, online=10)
    before = figures_of([book])
    add_many(book, 1, start=500)
    assert figures_of([book]) == before


def test_attack_narrower_by_a_parameter_of_ones_own(people: SimpleNamespace, book: ClientBook) -> None:
    filled(book, referral=10, online=10)
    browser = client_of(people.ming)
    plain = browser.get(reverse("vault:figures")).context["figures"]
    narrow = {"source": "referral", "kind": "company", "month": "2026-01", "grade": "4", "assigned": "me"}
    assert browser.get(reverse("vault:figures"), narrow).context["figures"] == plain
    for book_id in (uuid4(), "x"):
        assert browser.get(reverse("vault:figures"), {"book": book_id}).status_code == 404


def test_an_entrusted_list_and_what_is_kept_for_storage_are_never_counted(
    people: SimpleNamespace, book: ClientBook
) -> None:
    entrusted = book_of(people.ming, name="受托", deal=uuid4())
    filled(entrusted, referral=10, online=10)
    filled(book, referral=10, online=10, start=200)
    Client.objects.filter(book=book, source="referral").update(state="stop_use")
    assert list(counted_books(people.ming)) == list(counted_books(people.olivia)) == [book]
    assert client_of(people.olivia).get(reverse("vault:figures"), {"book": entrusted.pk}).status_code == 404
    assert sources([book])["Recommended by a client"] == 0


def test_managers_see_their_books_officers_all_others_none(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin, Level.WORK)
    theirs = book_of(people.lin, name="林的客户")
    assert list(counted_books(people.ming)) == [book]
    assert list(counted_books(people.lin)) == [theirs]
    assert set(counted_books(people.olivia)) == {book, theirs}
    for name in ("ada", "aud", "bo"):
        assert not counted_books(getattr(people, name))
        assert client_of(getattr(people, name)).get(reverse("vault:figures")).status_code == 404
    assert client_of(people.lin).get(reverse("vault:figures"), {"book": book.pk}).status_code == 404
    assert client_of(people.olivia).get(reverse("vault:figures"), {"book": book.pk}).status_code == 200
    entry = LogEntry.objects.using("audit").get(action=Action.FIGURES_VIEW, actor=people.olivia.pk)
    assert entry.object_id == book.pk
    assert not entry.keys  # nothing is opened for a sum


def test_i8_as_many_queries_for_many_clients_and_books(people: SimpleNamespace, book: ClientBook) -> None:
    def cost(books: list[ClientBook]) -> int:
        with acting(people.ming), CaptureQueriesContext(connection) as captured:
            figures_of(books)
        return len(captured)

    filled(book, referral=5, online=5)
    few = cost([book])
    other = book_of(people.ming, name="第二本")
    filled(other, referral=200, online=300, start=1000)
    assert cost([book, other]) == few <= 8


def test_the_last_rating_counts_each_client_once(people: SimpleNamespace, book: ClientBook) -> None:
    filled(book, referral=6, online=6)
    clients = Client.objects.filter(book=book)
    for score in (1, 5):
        Rating.objects.bulk_create(
            [Rating(client=one, key_id=one.key_id, by=people.ming, score=score) for one in clients]
        )
    [figure] = [one for one in figures_of([book]) if one.title == "Clients by their last rating"]
    assert {cell.label: cell.count for cell in figure.cells}["★★★★★"] == 12
    assert figure.total == 12

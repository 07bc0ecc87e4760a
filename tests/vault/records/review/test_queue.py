"""Clients that nobody has confirmed come into a queue, and after twice the period stop being given out."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.refusals import Refused
from people.today import due_for
from tests.cast import client_of
from tests.people.helpers import logged
from tests.vault.records.makers import acting, add, add_many, book_of, let_in
from vault.purposes.catalogue import Reason
from vault.records.access import may_reveal
from vault.records.labels import Group
from vault.records.models import Client, ClientBook, Level
from vault.records.reading import reveal_group
from vault.records.review.queue import Why, queue_of, waiting_rows
from vault.records.review.services import confirm_client, set_review_months
from vault.records.review.staleness import MONTH

pytestmark = pytest.mark.django_db


def aged(client: Client, months: float, **more: object) -> Client:
    moment = timezone.now() - months * MONTH
    Client.objects.filter(pk=client.pk).update(confirmed_at=moment, **more)
    return Client.objects.select_related("book").get(pk=client.pk)


def test_a_client_is_due_after_its_books_period(people: SimpleNamespace, book: ClientBook) -> None:
    client = aged(add(book), 11)
    assert not queue_of(people.ming).exists()
    aged(client, 13)
    assert list(queue_of(people.ming)) == [client]
    with acting(people.ming):
        set_review_months(actor=people.ming, book_id=book.pk, months=24)
    assert not queue_of(people.ming).exists()


def test_the_queue_says_why(people: SimpleNamespace, book: ClientBook) -> None:
    long_ago = timezone.now() - 30 * MONTH
    aged(add(book), 13)
    aged(add(book, {"name": "李四"}), 30, updated_at=long_ago)
    aged(add(book, {"name": "王五"}), 0, complete_by=timezone.now() - timedelta(days=1))
    aged(add(book, {"name": "赵六"}), 30, state="stop_use")
    with acting(people.ming):
        rows = waiting_rows(list(queue_of(people.ming).order_by("confirmed_at")))
    assert [(one.row.name, one.why, one.stopped) for one in rows] == [
        ("李*", Why.UNUSED, True),
        ("张*", Why.STALE, False),
        ("王*", Why.UNFINISHED, False),
    ]


def test_a_client_unconfirmed_for_two_periods_is_not_revealed_until_somebody_confirms(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = aged(add(book), 25)
    asked = {"actor": people.ming, "client_id": client.pk, "group": Group.CONTACT, "purpose": "service"}
    assert not may_reveal(client)
    with acting(people.ming):
        with pytest.raises(Refused):
            reveal_group(**asked, reason=Reason.CALL)
        confirm_client(actor=people.ming, client_id=client.pk)
    assert logged(Action.CLIENT_CONFIRM, client.pk) == 1
    client.refresh_from_db()
    assert may_reveal(client)
    assert not queue_of(people.ming).exists()


def test_confirming_needs_the_right_to_change(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lea, Level.READ)
    client = aged(add(book), 25)
    for person in (people.lin, people.lea, people.olivia):
        with acting(person), pytest.raises(Refused):
            confirm_client(actor=person, client_id=client.pk)
    with acting(people.lea), pytest.raises(Refused):
        set_review_months(actor=people.lea, book_id=book.pk, months=60)
    aged(client, 25, state="stop_use")
    with acting(people.ming), pytest.raises(Refused):
        confirm_client(actor=people.ming, client_id=client.pk)


def test_who_works_sees_their_own_and_who_manages_sees_all(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lea)
    aged(add(book), 13)
    leas = aged(add(book, {"name": "李四"}), 14, assigned=people.lea)
    aged(add(book_of(people.lin), {"name": "王五"}), 14)
    assert list(queue_of(people.lea)) == [leas]
    assert queue_of(people.ming).count() == 2
    queue = reverse("vault:review")
    assert queue in [item.url for item in due_for(people.lea)]
    assert queue not in [item.url for item in due_for(people.ming)]


def test_one_button_on_the_queue(people: SimpleNamespace, book: ClientBook) -> None:
    client = aged(add(book), 25)
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:review")).content.decode()
    assert "张*" in page
    assert "张三丰" not in page
    record = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "exported no more" in record
    answer = browser.post(reverse("vault:client_confirm", args=[client.pk]), {"queue": "1"})
    assert answer.headers["Location"] == reverse("vault:review")
    assert "Nothing to review" in browser.get(reverse("vault:review")).content.decode()


def test_the_queue_asks_the_database_as_often_for_many_as_for_one(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser = client_of(people.ming)
    add(book)
    counts = []
    for _ in range(2):
        Client.objects.update(confirmed_at=timezone.now() - 13 * MONTH)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(reverse("vault:review")).status_code == 200
        counts.append(len(queries))
        add_many(book, 30)
    assert counts[0] == counts[1]


def test_a_period_is_one_to_sixty_months(people: SimpleNamespace, book: ClientBook) -> None:
    with pytest.raises(IntegrityError, match="book_review_months_sane"), transaction.atomic():
        ClientBook.objects.update(review_months=0)
    answer = client_of(people.ming).post(reverse("vault:book_review", args=[book.pk]), {"months": "61"})
    assert answer.status_code == 422

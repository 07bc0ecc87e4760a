"""Clients that nobody has confirmed come into a queue, and after twice the period stop being given out."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.today import due_for
from tests.cast import client_of
from tests.people.helpers import logged
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of, let_in
from tests.vault.records.versions.making import change
from vault.purposes.catalogue import Reason
from vault.records.access import may_reveal
from vault.records.labels import Group
from vault.records.models import Client, ClientBook, Level
from vault.records.reading import reveal_group
from vault.records.review.columns import PERIOD
from vault.records.review.queue import Why, queue_of, waiting_rows
from vault.records.review.services import confirm_client, set_review_months
from vault.records.review.staleness import MONTH, due_groups

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
        set_review_months(actor=people.ming, book_id=book.pk, months=dict.fromkeys(Group, 24))
    assert not queue_of(people.ming).exists()


def test_each_group_is_due_after_its_own_period_and_confirmed_by_itself(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Contact after 6 months, the rest after 24: the queue says which; a word on one is none on others."""
    client = aged(add(book), 7)
    assert not queue_of(people.ming).exists()
    with acting(people.ming):
        set_review_months(
            actor=people.ming, book_id=book.pk, months=dict.fromkeys(Group, 24) | {Group.CONTACT: 6}
        )
        [row] = waiting_rows(list(queue_of(people.ming)))
        assert [one.group for one in row.stale] == [Group.CONTACT]
        confirm_client(actor=people.ming, client_id=client.pk, groups=[Group.FINANCIAL])
        assert list(queue_of(people.ming)) == [client]
        confirm_client(actor=people.ming, client_id=client.pk, groups=[Group.CONTACT])
    assert not queue_of(people.ming).exists()
    entries = LogEntry.objects.filter(action=Action.CLIENT_CONFIRM, object_id=client.pk).order_by("at")
    assert [entry.fields for entry in entries] == [["client.financial"], ["client.contact"]]
    before = client.confirmed_at
    client.refresh_from_db()
    assert client.confirmed_at == before  # identity and notes are as old as they were
    assert due_groups(aged(client, 7, notes_confirmed_at=timezone.now() - 25 * MONTH)) == [Group.NOTES]


def test_a_group_that_holds_nothing_is_never_due_and_begins_when_it_is_filled(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = aged(add(book, {"name": "李四", "phone": "+8613700137000"}), 25)
    assert due_groups(client) == [Group.IDENTITY, Group.CONTACT]
    change(client, bank_account=ZHANG["bank_account"])
    client = Client.objects.select_related("book").get(pk=client.pk)
    assert due_groups(client) == [Group.IDENTITY, Group.CONTACT]
    assert may_reveal(client, Group.FINANCIAL)
    with acting(people.ming):
        confirm_client(actor=people.ming, client_id=client.pk, groups=[Group.IDENTITY, Group.CONTACT])
    client.refresh_from_db()
    assert timezone.now() - client.confirmed_at < timedelta(hours=1)  # nothing older is left


def test_the_queue_says_why(people: SimpleNamespace, book: ClientBook) -> None:
    long_ago = timezone.now() - 30 * MONTH
    aged(add(book), 13)
    aged(add(book, {"name": "李四"}), 30, updated_at=long_ago)
    aged(add(book, {"name": "王五"}), 0, complete_by=timezone.now() - timedelta(days=1))
    aged(add(book, {"name": "赵六"}), 30, state="stop_use")
    with acting(people.ming):
        rows = waiting_rows(list(queue_of(people.ming).order_by("confirmed_at")))
    assert [(one.row.name, one.why, [group.stopped for group in one.stale]) for one in rows] == [
        ("李*", Why.UNUSED, [True]),
        ("张*", Why.STALE, [False] * 4),
        ("王*", Why.UNFINISHED, []),
    ]


def test_a_client_unconfirmed_for_two_periods_is_not_revealed_until_somebody_confirms(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = aged(add(book), 25)
    asked = {"actor": people.ming, "client_id": client.pk, "group": Group.CONTACT, "purpose": "service"}
    assert not may_reveal(client, Group.CONTACT)
    with acting(people.ming):
        with pytest.raises(Refused):
            reveal_group(**asked, reason=Reason.CALL)
        confirm_client(actor=people.ming, client_id=client.pk, groups=[Group.IDENTITY])
        with pytest.raises(Refused):
            reveal_group(**asked, reason=Reason.CALL)
        confirm_client(actor=people.ming, client_id=client.pk, groups=[Group.CONTACT])
    assert logged(Action.CLIENT_CONFIRM, client.pk) == 2
    client.refresh_from_db()
    assert may_reveal(client, Group.CONTACT)
    assert not may_reveal(client, Group.CONTACT, Group.FINANCIAL)  # as an export of both would be


def test_confirming_needs_the_right_to_change(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lea, Level.READ)
    client = aged(add(book), 25)
    for person in (people.lin, people.lea, people.olivia):
        with acting(person), pytest.raises(Refused):
            confirm_client(actor=person, client_id=client.pk, groups=list(Group))
    with acting(people.lea), pytest.raises(Refused):
        set_review_months(actor=people.lea, book_id=book.pk, months=dict.fromkeys(Group, 60))
    with acting(people.ming), pytest.raises(Refused):
        confirm_client(actor=people.ming, client_id=client.pk, groups=[])
    aged(client, 25, state="stop_use")
    with acting(people.ming), pytest.raises(Refused):
        confirm_client(actor=people.ming, client_id=client.pk, groups=list(Group))


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


def test_a_button_for_each_group_on_the_queue(people: SimpleNamespace, book: ClientBook) -> None:
    client = aged(add(book), 25)
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:review")).content.decode()
    assert "张*" in page
    assert "张三丰" not in page
    record = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "no longer shown or exported" in record
    assert reverse("compliance:retention_end", args=[client.pk]) in page
    address = reverse("vault:client_confirm", args=[client.pk])
    none = browser.post(address, {"queue": "1"}, follow=True).content.decode()
    assert "Nothing was ticked" in none
    assert "张*" in none
    for group in Group:
        assert "张*" in browser.get(reverse("vault:review")).content.decode()
        assert f'value="{group.value}"' in browser.get(reverse("vault:review")).content.decode()
        answer = browser.post(address, {"queue": "1", "group": group.value})
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
    for column in PERIOD.values():
        with pytest.raises(IntegrityError, match="book_review_periods_sane"), transaction.atomic():
            ClientBook.objects.update(**{column: 0})
    browser, address = client_of(people.ming), reverse("vault:book_review", args=[book.pk])
    sent = dict.fromkeys(PERIOD.values(), "24")
    assert browser.post(address, sent | {"contact_review_months": "61"}).status_code == 422
    assert browser.post(address, sent | {"contact_review_months": "6"}).status_code == 302
    book.refresh_from_db()
    assert (book.contact_review_months, book.identity_review_months) == (6, 24)

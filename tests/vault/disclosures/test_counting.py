"""The counts of the interpretation of 2017: distinct, cumulative, in proportion, and never to be undone."""

from threading import Thread
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from tests.vault.disclosures.makers import give, look, reveal
from tests.vault.records.makers import add
from vault.disclosures.categories import (
    CATEGORY_OF_FIELD,
    CATEGORY_OF_GROUP,
    FULL,
    MARKS,
    Category,
    points,
)
from vault.disclosures.counting import (
    OfficerNeeded,
    count_shown,
    standing_of,
)
from vault.disclosures.models import Channel, Disclosure, DisclosureTotal, Scope
from vault.purposes.catalogue import Purpose
from vault.records.labels import FIELDS_OF, Field
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db


def test_every_field_has_a_class_and_a_group_that_of_its_gravest() -> None:
    assert set(CATEGORY_OF_FIELD) == set(Field)
    for group, fields in FIELDS_OF.items():
        assert CATEGORY_OF_GROUP[group] == min(CATEGORY_OF_FIELD[field] for field in fields)


@given(st.integers(0, 60), st.integers(0, 600), st.integers(0, 6000))
def test_classes_combine_in_proportion(property_: int, transaction_: int, other: int) -> None:
    counts = dict(zip(Category, (property_, transaction_, other), strict=True))
    share = property_ / 25 + transaction_ / 250 + other / 2500
    assert (points(counts) >= FULL) == (round(share, 9) >= 1)


def test_a_subject_counts_once_and_every_channel_adds(people: SimpleNamespace) -> None:
    someone = uuid4()
    for channel in Channel:
        give(people.ming, [someone, uuid4()], channel=channel)
    standing = standing_of(people.ming, people.ming.pk, "service")
    assert standing.by_scope[Scope.EXACT] == {Category.PROPERTY: 1 + len(Channel)}


def test_24_and_1_split_over_two_recipients_and_purposes_is_still_25(people: SimpleNamespace) -> None:
    give(people.ming, 12, recipient=uuid4())
    give(people.ming, 12, recipient=uuid4(), purpose="mandate")
    standing = standing_of(people.ming, uuid4(), "complaint")
    assert standing.by_scope[Scope.EXACT] == {}
    assert standing.by_scope[Scope.PERSON] == {Category.PROPERTY: 24}
    assert not standing.needs_officer
    assert standing.plus({Category.PROPERTY: 1}).needs_officer


def test_one_recipient_fed_by_two_people_adds_up(people: SimpleNamespace) -> None:
    recipient = uuid4()
    give(people.ming, 13, recipient=recipient)
    give(people.lin, 12, recipient=recipient, purpose="mandate")
    assert standing_of(people.lin, recipient, "service").needs_officer
    assert not standing_of(people.lin, uuid4(), "service").needs_officer


def test_the_same_subjects_to_two_recipients_count_twice(people: SimpleNamespace) -> None:
    same = [uuid4() for _ in range(13)]
    give(people.ming, same, recipient=uuid4())
    give(people.ming, same, recipient=uuid4(), purpose="mandate")
    assert standing_of(people.ming, uuid4(), "x").by_scope[Scope.PERSON] == {Category.PROPERTY: 26}


def test_the_same_subjects_for_two_purposes_count_once_for_the_person(people: SimpleNamespace) -> None:
    same, recipient = [uuid4() for _ in range(13)], uuid4()
    give(people.ming, same, recipient=recipient)
    give(people.ming, same, recipient=recipient, purpose="mandate")
    standing = standing_of(people.ming, recipient, "service")
    assert standing.by_scope[Scope.PERSON] == standing.by_scope[Scope.RECIPIENT] == {Category.PROPERTY: 13}


def test_the_reveal_that_reaches_the_mark_stops_and_opens_nothing(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client, another = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    give(people.ming, 23)
    look(people.ming, client)  # the 24th
    with pytest.raises(OfficerNeeded):
        look(people.ming, another)
    give(people.ming, 9, category=Category.TRANSACTION)
    with pytest.raises(OfficerNeeded):  # another purpose, another class: no way around
        reveal(people.ming, another, "mandate")
    look(people.ming, client)  # who is counted already adds nothing
    assert not LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id=another.pk).exists()
    assert Disclosure.objects.filter(subject_id=another.pk).count() == 0


@pytest.mark.django_db(transaction=True)
def test_race_two_reveals_at_23_do_not_both_pass(people: SimpleNamespace, book: ClientBook) -> None:
    clients = [add(book), add(book, {"name": "李四", "bank_account": "6222021234567890128"})]
    give(people.ming, 23)
    stopped: list[bool] = []

    def run(client: Client) -> None:
        try:
            count_shown(people.ming, [client], Category.PROPERTY, "service")
            stopped.append(False)
        except OfficerNeeded:
            stopped.append(True)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stopped) == [False, True]


def test_a_company_is_counted_in_the_last_class(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, {"name": "深圳华瑞有限公司", "bank_account": "440012345678"}, kind="company")
    look(people.ming, client)
    assert list(DisclosureTotal.objects.filter(scope=Scope.EXACT).values_list("category", "count")) == [
        (3, 1)
    ]


def test_standing_costs_one_query_whatever_was_counted(
    people: SimpleNamespace, django_assert_num_queries: object
) -> None:
    give(people.ming, 300, category=Category.OTHER)
    with django_assert_num_queries(1):  # type: ignore[operator]
        standing_of(people.ming, people.ming.pk, Purpose.SERVICE)
    assert MARKS[Category.OTHER] == 2500

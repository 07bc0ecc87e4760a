"""What is counted against the numbers of the law: people, and those with a bank account; companies never."""

from types import SimpleNamespace

import pytest

from people.headcount import counting
from tests.vault.records.makers import ZHANG, add
from vault.records.heads import heads
from vault.records.models import ClientBook, ClientKind

pytestmark = pytest.mark.django_db


def test_people_are_counted_and_the_sensitive_among_them(people: SimpleNamespace, book: ClientBook) -> None:
    before = heads()
    add(book)
    assert ZHANG.get("bank_account")
    after = heads()
    assert (after.people, after.sensitive) == (before.people + 1, before.sensitive + 1)
    assert heads in counting._counters
    add(book, {"name": "青岚贸易有限公司", "bank_account": ZHANG["bank_account"]}, kind=ClientKind.COMPANY)
    assert heads() == after
    add(book, {"name": "王五", "phone": "+8613800138005"})
    last = heads()
    assert (last.people, last.sensitive) == (after.people + 1, after.sensitive)


def test_one_query_however_many(
    people: SimpleNamespace, book: ClientBook, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        heads()

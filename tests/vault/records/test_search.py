"""Search finds exactly what is recorded, however it is typed, in every book of the person and in no other."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from tests.vault.records.makers import acting, add, add_many
from vault.records.labels import IndexLabel
from vault.records.models import ClientBook
from vault.records.search import search


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "Zhang@QQ.com",
        " 张 三丰 ",
    ],
)
def test_found_however_it_is_typed(people: SimpleNamespace, book: ClientBook, typed: str) -> None:
    client = add(book)
    add(book, {"name": "李四", "phone": "+8613900139000"})
    with acting(people.ming):
        found = search(actor=people.ming, text=typed)
    assert [row.client.pk for row in found.rows] == [client.pk]
    assert (found.rows[0].name, found.rows[0].phone) == ("张*", "138****8000")


def wide(text: str) -> str:
    """As a Chinese keyboard types it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


digits = st.integers(0, 99_999_999).map(lambda number: f"139{number:08}")
typed = st.sampled_from(
    [
        lambda phone: phone,
        lambda phone: f"+86{phone}",
        lambda phone: f"0086 {phone}",
        lambda phone: f" {phone[:3]} {phone[3:7]} {phone[7:]} ",
        lambda phone: f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
        wide,
    ]
)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(numbers=st.lists(digits, min_size=1, max_size=4, unique=True), asked=digits, way=typed)
def test_a_search_finds_what_comparing_every_record_would(
    people: SimpleNamespace, book: ClientBook, numbers: list[str], asked: str, way: Callable[[str], str]
) -> None:
    with transaction.atomic():
        for number in numbers:
            add(book, {"name": f"客户{number}", "phone": f"+86{number}"})
        with acting(people.ming):
            for wanted in (*numbers, asked):
                found = search(actor=people.ming, text=way(wanted)).rows
                assert len(found) == numbers.count(wanted)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_strangers_that_share_a_token_are_compared_and_left_out(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nine bits a token, some of the book answer to it; none of them is shown."""
    monkeypatch.setattr(IndexLabel, "bits", property(lambda label: 128 if label is IndexLabel.UNIQUE else 9))
    add_many(book, 900)
    client = add(book)
    with acting(people.ming):
        found = search(actor=people.ming, text="13800138000")
    assert [row.client.pk for row in found.rows] == [client.pk]


@pytest.mark.django_db
def test_two_entries_and_no_text_in_them(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    with acting(people.ming):
        search(actor=people.ming, text="13800138000")
    asked = LogEntry.objects.filter(action=Action.CLIENT_SEARCH, actor=people.ming.pk).latest("at")
    compared = LogEntry.objects.filter(action=Action.SEARCH_COMPARE, actor=people.ming.pk).latest("at")
    assert asked.fields == ["phone"]
    assert compared.subjects == [client.pk]
    for entry in (asked, compared):
        assert b"13800138000" not in bytes(entry.leaf)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", " ", "\0", "%", "'", "13800", "x" * 5000, "\u202e"])
def test_what_is_no_number_and_no_name_finds_nobody(
    people: SimpleNamespace, book: ClientBook, text: str
) -> None:
    add(book)
    with acting(people.ming):
        assert search(actor=people.ming, text=text).rows == []

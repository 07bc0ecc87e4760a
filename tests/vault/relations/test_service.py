"""Ratings, transactions and preferences: codes stand open, the rest is sealed and never changed."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.records.makers import add, let_in
from vault.records.errors import NotPossible
from vault.records.grading.rules import GradeRule
from vault.records.models import Client, ClientBook, Level
from vault.relations.service.models import Preference, Rating, Transaction
from vault.relations.service.services import amount_of

RATING = {"rating-score": "4", "rating-aspects": ["speed"], "rating-words": "办得很快"}
MONEY = {
    "transaction-kind": "deposit",
    "transaction-amount": "¥ 30,000.50",
    "transaction-currency": "CNY",
    "transaction-on": "2026-01-05",
}
WISHES = {
    "preference-channel": "wechat",
    "preference-hours": "evening",
    "preference-industry": "building",
    "preference-price_band": "to_200",
}
PARTS = [
    ("rating_add", RATING, "ratings", "办得很快"),
    ("transaction_add", MONEY, "money", "30,000.50"),
    ("preference_add", WISHES, "wishes", "50,000 to 200,000"),
]


def reveal(part: str) -> dict[str, str]:
    return {f"{part.upper()}-purpose": "mandate", f"{part.upper()}-reason": "verify"}


@pytest.mark.django_db
def test_each_part_is_sealed_and_opens_by_itself(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    page = reverse("vault:service", args=[client.pk])
    for name, data, _part, _text in PARTS:
        assert browser.post(reverse(f"vault:{name}", args=[client.pk]), data)["Location"] == page
    looks = [page, reverse("vault:client", args=[client.pk])]
    texts = [text for *_, text in PARTS]
    alone = {"step_up": True, "second_person": 0, "weight": 5, "watermark": True}
    GradeRule.objects.create(grade=4, **alone)  # the second person is tried in tests of permits
    money = reverse("vault:service_reveal", args=[client.pk, "money"])
    asked = browser.post(money, reveal("money"))  # graded as the bank account: first say who you are
    assert "30,000.50" not in asked.content.decode()
    assert "step_up_code" in asked.content.decode()
    confirm_identity(browser)
    for look in looks:
        shown = browser.get(look).content.decode()
        hidden = shown.replace("50,000 to 200,000 yuan</option>", "")
        assert not [text for text in texts if text in hidden]
    for _name, _data, part, text in PARTS:
        address = reverse("vault:service_reveal", args=[client.pk, part])
        assert browser.post(address, {}).status_code == 422
        opened = browser.post(address, reveal(part)).content.decode()
        assert text in opened
        assert not [other for other in texts if other != text and other in opened]
    reveals = LogEntry.objects.using("audit").filter(action=Action.CLIENT_REVEAL, object_id=client.pk)
    fields = reveals.values_list("fields", flat=True)
    assert sorted(map(tuple, fields)) == [("preference.wishes",), ("rating.words",), ("transaction.amount",)]
    stored = bytes(Transaction.objects.get().money) + bytes(Rating.objects.get().comment)
    assert b"30000" not in stored
    assert browser.post(reverse("vault:service_reveal", args=[client.pk, "all"]), {}).status_code == 404


@pytest.mark.django_db
def test_attack_pricing_people_by_what_they_would_pay(people: SimpleNamespace, book: ClientBook) -> None:
    """The price band is sealed: no filter, no grouping, no sorting by it."""
    for ask in (
        lambda: Preference.objects.filter(wishes=b"to_200"),
        lambda: Preference.objects.values("wishes"),
        lambda: Preference.objects.order_by("wishes"),
        lambda: Client.objects.filter(preference_rows__wishes__gt=b""),
        lambda: Preference.objects.filter(price_band="to_200"),
        lambda: Transaction.objects.aggregate(total=Sum("money")),
    ):
        with pytest.raises(FieldError):
            list(ask())


@pytest.mark.django_db
def test_a_wrong_transaction_is_struck_out_once_and_stays(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    browser.post(reverse("vault:transaction_add", args=[client.pk]), MONEY)
    row = Transaction.objects.get()
    before = bytes(row.money)
    strike = reverse("vault:transaction_strike", args=[row.pk])
    for _ in range(2):
        assert browser.post(strike).status_code == 302
    row.refresh_from_db()
    assert row.struck_at is not None
    assert bytes(row.money) == before
    assert LogEntry.objects.filter(action=Action.TRANSACTION_STRIKE).count() == 1
    let_in(book, people.lin, Level.READ)
    assert client_of(people.lin).post(strike).status_code == 404


@pytest.mark.django_db
def test_bad_input_is_said_and_nothing_is_stored(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    bad = [
        ("rating_add", RATING | {"rating-score": "6"}),
        ("rating_add", RATING | {"rating-aspects": ["looks"]}),
        ("transaction_add", MONEY | {"transaction-amount": "-5"}),
        ("transaction_add", MONEY | {"transaction-on": "2099-01-01"}),
        ("transaction_add", MONEY | {"transaction-deal_id": "00000000-0000-0000-0000-000000000001"}),
        ("preference_add", WISHES | {"preference-hours": "night"}),
    ]
    for name, data in bad:
        assert browser.post(reverse(f"vault:{name}", args=[client.pk]), data).status_code == 422, data
    assert not any(model.objects.exists() for model in (Rating, Transaction, Preference))


@pytest.mark.django_db
def test_attack_from_outside_the_book(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    for name in ("lin", "ada", "aud", "olivia"):
        browser = client_of(getattr(people, name))
        assert browser.get(reverse("vault:service", args=[client.pk])).status_code == 404
        for address, data, part, _text in PARTS:
            assert browser.post(reverse(f"vault:{address}", args=[client.pk]), data).status_code == 404
            reveals = reverse("vault:service_reveal", args=[client.pk, part])
            assert browser.post(reveals, reveal(part)).status_code == 404


@pytest.mark.django_db
def test_the_database_refuses(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    for name, data, *_ in PARTS:
        browser.post(reverse(f"vault:{name}", args=[client.pk]), data)
    refused = [
        (Rating, {"score": 6}, "rating_of_one_to_five"),
        (Rating, {"aspects": ["looks"]}, "rating_aspects_known"),
        (Transaction, {"kind": "gift"}, "transaction_kind_known"),
        (Transaction, {"money": None}, "transaction_has_an_amount"),
        (Preference, {"channel": "fax"}, "preference_channel_known"),
        (Preference, {"hours": "night"}, "preference_hours_known"),
    ]
    for model, values, constraint in refused:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            model.objects.update(**values)


@given(st.decimals(min_value="0.01", max_value=10**11, places=2))
def test_an_amount_is_kept_exactly(amount: object) -> None:
    assert amount_of(f"{amount:,}") == amount_of(amount_of(str(amount)))


@pytest.mark.parametrize("bad", ["0", "-1", "1.234", "1e5", "", "十万", "NaN"])
def test_what_is_no_amount_is_refused(bad: str) -> None:
    with pytest.raises(NotPossible):
        amount_of(bad)

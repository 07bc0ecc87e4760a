"""撞单 in a book that both see: the record may be named, a colleague's client stays out all the same."""

from types import SimpleNamespace
from typing import cast

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.dashboard.providers import probing
from people.accounts.models import User
from people.today import due_for
from tests.cast import client_of
from tests.vault.intake.makers import LI, PHONE, owned, save, taken
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, book_of, let_in
from vault.intake import claims
from vault.intake.duplicates import unseen
from vault.intake.models import DuplicateClaim
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook
from vault.records.saving import OWNED
from vault.records.services import create_clients

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db


def test_in_ones_own_books_the_answer_names_the_record(people: SimpleNamespace, book: ClientBook) -> None:
    client = owned(book, by=people.ming)
    second = book_of(people.ming, name="第二本")
    answer = taken(second, {"name": "李明", "phone": PHONE}, by=people.ming)
    assert (answer.client, answer.known) == (None, [client])
    assert taken(second, {"name": "李明", "phone": PHONE}, by=people.ming, another=True).client is not None
    assert not DuplicateClaim.objects.exists()


@pytest.fixture
def shared(people: SimpleNamespace, book: ClientBook) -> Client:
    """A client of Lin's in Ming's book, in which Lin and Lea work, too: the ordinary office."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    return owned(book, by=people.lin)


def filled_in(book: ClientBook, user: User, name: str = "李明", **more: str) -> HttpResponse:
    """What the form of one client answers; the values of 李小明 but for the name."""
    values = {"kind": "person", "name": name, "phone": "13800138000", "source": "walk_in"}
    answer = client_of(user).post(reverse("vault:client_add", args=[book.pk]), values | more)
    return cast(HttpResponse, answer)


@pytest.mark.parametrize("name", ["李明", LI["name"]])
def test_a_colleagues_client_in_a_shared_book_stays_out_of_the_form(
    people: SimpleNamespace, shared: Client, name: str
) -> None:
    """The same phone under another name, and the very same client: both have an owner, who is told."""
    answer = filled_in(shared.book, people.lea, name)
    page = answer.content.decode()
    assert (answer.status_code, str(OWNED) in page) == (422, True)
    assert reverse("vault:client", args=[shared.pk]) in page  # the book is Lea's, too
    assert 'type="checkbox" name="another"' not in page
    assert Client.objects.get() == shared
    duplicate = DuplicateClaim.objects.get()
    assert (duplicate.owner, duplicate.manager, duplicate.asker) == (people.lin, people.ming, people.lea)
    for told in (people.lin, people.ming):
        assert unseen(told).get() == duplicate
        assert reverse("vault:duplicates") in [item.url for item in due_for(told)]


@pytest.mark.parametrize("another", [False, True])
def test_no_word_takes_a_colleagues_client_into_a_second_book(
    people: SimpleNamespace, shared: Client, another: bool
) -> None:
    second = book_of(people.lea, name="第二本")
    answer = taken(second, {"name": "李明", "phone": PHONE}, by=people.lea, another=another)
    assert (answer.client, answer.owned, answer.known) == (None, True, [shared])
    assert not Client.objects.filter(book=second).exists()
    assert DuplicateClaim.objects.get().owner == people.lin


def test_ones_own_client_needs_a_word_in_the_form(people: SimpleNamespace, shared: Client) -> None:
    answer = filled_in(shared.book, people.lin)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reverse("vault:client", args=[shared.pk]) in page
    assert 'type="checkbox" name="another"' in page
    assert str(OWNED) not in page
    assert filled_in(shared.book, people.lin, another="on").status_code == 302
    assert Client.objects.count() == 2
    assert not DuplicateClaim.objects.exists()


def test_one_in_the_pool_of_a_shared_book_is_named_and_nobody_is_told(
    people: SimpleNamespace, shared: Client
) -> None:
    Client.objects.filter(pk=shared.pk).update(assigned=None)
    assert reverse("vault:client", args=[shared.pk]) in filled_in(shared.book, people.lea).content.decode()
    assert Client.objects.get() == shared
    assert not DuplicateClaim.objects.exists()


def test_answers_about_what_one_may_see_are_not_rationed_and_no_probing(
    people: SimpleNamespace, shared: Client, hers: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "TOLD_A_DAY", 2)
    for number in range(6):
        assert save(shared.book, {"name": f"试{number}", "phone": PHONE}, by=people.lea).owned
    assert list(probing(people.olivia)) == []
    for number in range(3):
        owned(hers, {"name": f"客户{number}", "phone": f"+86139001390{number:02}"}, by=people.lin)
    probes = [
        save(shared.book, {"name": f"探{number}", "phone": f"+86139001390{number:02}"}, by=people.lea)
        for number in range(3)
    ]
    assert [bool(added.owned) for added in probes] == [True, True, False]


def test_an_import_into_a_shared_book_keeps_colleagues_clients_out_in_bulk(
    people: SimpleNamespace, shared: Client
) -> None:
    """Both the very same row and one of another name; the asking costs the same for one and for many."""
    book, costs = shared.book, []
    for first, count in ((0, 2), (2, 40)):
        numbers = range(first, first + count)
        theirs = [ClientDraft("person", {"name": f"客{n}", "phone": f"+86139001391{n:02}"}) for n in numbers]
        with acting(people.lin):
            create_clients(actor=people.lin, book_id=book.pk, drafts=theirs, assigned=people.lin)
        again = [
            ClientDraft("person", {"name": f"{'客' if n % 2 else '改'}{n}", "phone": f"+86139001391{n:02}"})
            for n in numbers
        ]
        rows = [*again, ClientDraft("person", {"name": f"新{first}", "phone": f"+86136001391{first:02}"})]
        with acting(people.lea), CaptureQueriesContext(connection) as captured:
            added = create_clients(actor=people.lea, book_id=book.pk, drafts=rows, assigned=people.lea)
        assert [one is not None for one in added] == [False] * count + [True]
        assert added.owned == set(range(count))
        costs.append(len(captured))
    assert DuplicateClaim.objects.filter(owner=people.lin, manager=people.ming).count() == 42
    assert costs[1] <= costs[0]  # the first run also asks for permissions that are kept afterwards

"""When an agent leaves: the manager of the book hands over, nobody else."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.refusals import Refused
from people.accounts.services import disable_person
from people.today import due_for
from tests.cast import client_of
from tests.vault.intake.makers import owned
from tests.vault.records.makers import acting, book_of, let_in
from vault.intake.handover import hand_over, leavers, left_by
from vault.intake.models import How, OwnershipChange
from vault.records.books import remove_member
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(people: SimpleNamespace, book: ClientBook) -> ClientBook:
    """Ming's book, in which Lin had five clients before her account was disabled; Lea works on."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    for number in range(4):
        owned(book, {"name": f"客户{number}"}, by=people.lin)
    owned(book, {"name": "深圳市华瑞科技有限公司"}, by=people.lin)
    Client.objects.filter(pk=Client.objects.latest("id").pk).update(kind="company")
    with acting(people.ada):
        disable_person(actor=people.ada, person=people.lin)
    return book


def owners(book: ClientBook) -> dict[str, int]:
    names = [client.assigned.display_name if client.assigned else "" for client in book.clients.all()]
    return {name: names.count(name) for name in set(names)}


def test_who_left_stands_on_the_managers_day(people: SimpleNamespace, left: ClientBook) -> None:
    address = reverse("vault:handover", args=[people.lin.pk])
    assert address in [item.url for item in due_for(people.ming)]
    for other in (people.lea, people.ada, people.olivia):
        assert address not in [item.url for item in due_for(other)]
    _, [one], _ = left_by(actor=people.ming, leaver_id=people.lin.pk)
    assert (one.persons, one.companies, one.workers) == (4, 1, [people.lea, people.ming])


def test_in_equal_shares_in_one_go(people: SimpleNamespace, left: ClientBook) -> None:
    with acting(people.ming):
        count = hand_over(
            actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea, people.ming]
        )
    assert count == 5
    assert owners(left) == {"Lea": 3, "Ming": 2}
    assert set(OwnershipChange.objects.values_list("how", flat=True)) == {How.HANDED_OVER}
    assert not leavers(people.ming).exists()


def test_one_kind_first_and_the_rest_to_the_pool(people: SimpleNamespace, left: ClientBook) -> None:
    browser = client_of(people.ming)
    address, book = reverse("vault:handover", args=[people.lin.pk]), str(left.pk)
    answer = browser.post(
        address, {"book": book, f"{book}-kind": "company", f"{book}-to": [str(people.lea.pk)]}
    )
    assert answer["Location"] == address
    assert owners(left) == {"Lea": 1, "Lin": 4}
    assert browser.post(address, {"book": book})["Location"] == reverse("vault:clients")
    assert owners(left) == {"Lea": 1, "": 4}
    assert browser.get(address).status_code == 404


def test_half_a_handover_is_none(people: SimpleNamespace, left: ClientBook) -> None:
    with acting(people.ming), pytest.raises(NotPossible):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea, people.olivia])
    assert owners(left) == {"Lin": 5}


@pytest.mark.parametrize("name", ["ada", "olivia", "lea"])
def test_nobody_but_the_manager_hands_over(people: SimpleNamespace, left: ClientBook, name: str) -> None:
    user = getattr(people, name)
    assert client_of(user).get(reverse("vault:handover", args=[people.lin.pk])).status_code == 404
    with acting(user), pytest.raises(Refused):
        hand_over(actor=user, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea])


def test_a_manager_of_another_book_sees_nothing_of_it(people: SimpleNamespace, left: ClientBook) -> None:
    book_of(people.lea, name="另一本")
    assert client_of(people.lea).get(reverse("vault:handover", args=[people.lin.pk])).status_code == 404


def test_taken_out_of_the_book_is_left_too(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin)
    owned(book, by=people.lin)
    assert not leavers(people.ming).exists()
    with acting(people.ming):
        remove_member(actor=people.ming, book_id=book.pk, user=people.lin)
    assert leavers(people.ming).get() == people.lin

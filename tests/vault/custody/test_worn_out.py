"""A key whose seals are used up: a clear page, nothing lost, and a new key brings the record back to life."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from psycopg2.extensions import connection as Connection

from tests.cast import client_of
from tests.vault.custody.test_inventory import spent
from tests.vault.custody.test_suites import ordered, phone_of
from tests.vault.profiles import own
from tests.vault.records.makers import ZHANG, acting, add
from vault.custody.suites import moving
from vault.custody.suites.models import SuiteMove
from vault.keys import inventory
from vault.keys.inventory import NEARLY, SEAL_BOUND, Wanted
from vault.keys.service import key_cache
from vault.records.models import Client, ClientBook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("as_worker")]
CHANGE = {"kind": "person", "source": "walk_in", "grade": "2", "reason": "update", "version": "1"}


def test_the_page_says_what_happened_what_was_kept_and_what_to_do(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client, other = add(book), add(book, {"name": "李四"})
    spent(superuser, client, SEAL_BOUND)
    key_cache.cache_clear()  # of the process that had a grant left
    browser, address = client_of(people.ming), reverse("vault:client_edit", args=[client.pk])
    change = CHANGE | {"grade": str(client.grade), "email": "new@qq.com"}
    answer = browser.post(address, change)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Retry-After" not in answer
    assert page.count("manage.py reencrypt") == 2  # in both languages
    for words in ("密钥已用到加密次数的上限", "没有保存", "was not saved", "can still be read"):
        assert words in page
    client.refresh_from_db()
    assert client.version == 1
    assert phone_of(client) == ZHANG["phone"]
    # The same suite: only the key that is used up is replaced.
    move = ordered(people, book, own())
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert SuiteMove.objects.get().moved == 1
    now = Client.objects.select_related("book").get(pk=client.pk)
    assert now.key_id != client.key_id
    assert Client.objects.get(pk=other.pk).key_id == other.key_id
    assert browser.post(address, change).status_code == 302
    assert phone_of(Client.objects.select_related("book").get(pk=client.pk)) == ZHANG["phone"]
    states = {key.id: key.state for key in inventory.keys_of(Wanted(book.pk))}
    assert (states[client.key_id], states[now.key_id]) == ("replaced", "in_force")
    assert inventory.nearly_used_up() == 0


def test_a_key_is_replaced_before_it_is_used_up(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client = add(book)
    spent(superuser, client, NEARLY)
    move = ordered(people, book, own())
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert Client.objects.get(pk=client.pk).key_id != client.key_id
    again = ordered(people, book, own())
    with acting(people.olivia):
        moving.carry_out(again.pk)
    again.refresh_from_db()
    assert again.moved == 0

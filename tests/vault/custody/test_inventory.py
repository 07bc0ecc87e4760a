"""The key page: every key with version, age, state and use, the destroyed ones too, at a constant cost."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from tests.cast import client_of
from tests.vault.custody import making
from tests.vault.profiles import own
from tests.vault.records.makers import acting, add, add_many, book_of
from vault.crypto.suites import SUITES
from vault.custody.due import keys_due
from vault.keys import inventory, store
from vault.keys.inventory import NEARLY, Wanted
from vault.keys.providers import provider
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db(transaction=True)


def spent(superuser: Connection, client: Client, seals: int) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("update keyring.key set seals = %s where id = %s", [seals, client.key_id])


def destroyed(people: SimpleNamespace, *clients: Client) -> None:
    ids = tuple(client.pk for client in clients)
    with acting(people.olivia):
        order = Entry(
            action=Action.DESTRUCTION_ORDER, object_type=ObjectType.CLIENT, object_id=ids[0], subjects=ids
        )
        store.destroy(record_read(order), list(ids))


def page_of(book: ClientBook) -> str:
    return reverse("vault:keys_compartment", args=[book.pk])


def test_a_book_has_one_name_for_everybody_who_may_not_open_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser = client_of(people.olivia)
    pages = [reverse("vault:keys"), page_of(book), reverse("vault:freezing", args=[book.pk])]
    for page in [browser.get(address).content.decode() for address in pages]:
        assert "A client book that you do not see" in page
        assert book.name not in page


@pytest.mark.usefixtures("as_worker")
def test_every_key_with_version_suite_use_and_state(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client, other = add(book), add(book, {"name": "李四"})
    spent(superuser, client, NEARLY)
    done = making.rotated(people)
    keys = {key.id: key for key in inventory.keys_of(Wanted(book.pk))}
    assert {key.root_version for key in keys.values()} == {done.version}
    assert (keys[client.key_id].state, keys[other.key_id].state) == ("nearly_used_up", "in_force")
    assert keys[client.key_id].owner == client.pk
    assert [key.id for key in inventory.keys_of(Wanted(book.pk, nearly=True))] == [client.key_id]
    browser = client_of(people.olivia)
    answer = browser.get(page_of(book), {"owner": str(other.pk)})
    assert [key.id for key in answer.context["page"].rows] == [other.key_id]
    assert SUITES[own()].name in answer.content.decode()
    assert "张三丰" not in answer.content.decode()


@pytest.mark.usefixtures("as_worker")
def test_destroyed_keys_say_when_and_by_whose_order(people: SimpleNamespace, book: ClientBook) -> None:
    first, second, stays = add(book), add(book, {"name": "李四"}), add(book, {"name": "王五"})
    destroyed(people, first)
    destroyed(people, second)
    answer = client_of(people.ada).get(page_of(book), {"state": "destroyed"})
    rows = answer.context["page"].destroyed
    assert [(key.id, by) for key, by in rows] == [
        (second.key_id, people.olivia),
        (first.key_id, people.olivia),
    ]
    assert str(rows[0][0].order)[:8] in answer.content.decode()
    assert stays.key_id in {key.id for key in inventory.keys_of(Wanted(book.pk))}


@pytest.mark.usefixtures("as_worker")
def test_pages_by_key_show_every_key_once_forwards_and_back(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add_many(book, 130)
    browser = client_of(people.olivia)

    def walked(**filters: str) -> tuple[list[int], list[int]]:
        there: list[int] = []
        cursor: dict[str, str] = {}
        while True:
            page = browser.get(page_of(book), filters | cursor).context["page"]
            shown = [key.id for key in page.rows] or [key.id for key, _ in page.destroyed]
            there += shown
            if not page.next:
                break
            cursor = {"after": page.next}
        back = list(shown)
        while page.previous:
            page = browser.get(page_of(book), filters | {"before": page.previous}).context["page"]
            back = ([key.id for key in page.rows] or [key.id for key, _ in page.destroyed]) + back
        return there, back

    keys = {key.id for key in inventory.keys_of(Wanted(book.pk))}
    there, back = walked()
    assert there == back
    assert sorted(there) == sorted(keys)
    clients = list(Client.objects.filter(book=book))
    destroyed(people, *clients[:60])
    destroyed(people, *clients[60:])
    there, back = walked(state="destroyed", kind="2")
    assert there == back
    assert sorted(there) == sorted(client.key_id for client in clients)


def test_i8_the_pages_ask_as_many_questions_for_many_keys_as_for_few(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser, counts = client_of(people.olivia), []
    for more in (1, 120):
        add_many(book, more, start=more)
        for number in range(more // 30):
            book_of(people.ming, name=f"库{number}")
        with CaptureQueriesContext(connection) as caught:
            for address in (reverse("vault:keys"), page_of(book), reverse("vault:keys_copies")):
                assert browser.get(address).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_ages_are_drawn_and_told(
    people: SimpleNamespace, book: ClientBook, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The table keeps the blocks of all tests before, by the thousand: it is small enough to be read whole.
    monkeypatch.setattr(inventory, "SAMPLE", 1_000_000)
    client = add(book)
    with superuser.cursor() as cursor:
        cursor.execute(
            "update keyring.key set created_at = now() - interval '5 years' where id = %s", [client.key_id]
        )
        cursor.execute("update keyring.key set created_at = now() - interval '100 days' where kind = 1")
    answer = client_of(people.olivia).get(reverse("vault:keys"))
    ages = answer.context["data_keys"]
    assert ages.total == inventory.count_keys()
    assert ages.rows[0][1] == 1
    assert not ages.sampled
    assert answer.context["compartment_keys"].marked == answer.context["compartment_keys"].total
    assert "older than 90 days" in answer.content.decode()


def test_ages_of_a_large_keyring_are_estimated_from_a_sample(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(book, 400)
    monkeypatch.setattr(inventory, "SAMPLE", 10)
    drawn = [inventory.made_by_month() for _ in range(30)]  # one sample of so few pages may hit none
    assert all(row.sampled for rows in drawn for row in rows)
    assert any(row.keys for rows in drawn for row in rows)


def test_counts_stop_at_a_bound(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(book, 20)
    monkeypatch.setattr(inventory, "COUNTED", 10)
    [found] = inventory.compartments(among=[book.pk])
    assert found.subjects == 11


def test_officers_are_told_before_a_key_is_used_up(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client = add(book)

    def told() -> int:
        return sum(item.count for item in keys_due(people.olivia) if "used_up" in item.url)

    assert told() == 0
    spent(superuser, client, NEARLY)
    assert told() == 1
    browser = client_of(people.olivia)
    assert "reencrypt" in browser.get(reverse("vault:keys")).content.decode()
    listed = browser.get(reverse("vault:keys"), {"state": "used_up"}).context["page"].rows
    assert [key.id for key, _ in listed] == [book.pk]


@pytest.mark.parametrize("query", ["?after=x", "?after=-1", "?before=9" + "9" * 30, "?key=0", "?kind=9"])
def test_bad_addresses_show_a_page(people: SimpleNamespace, book: ClientBook, query: str) -> None:
    assert client_of(people.olivia).get(page_of(book) + query).status_code == 200


def test_no_such_compartment_looks_like_a_forbidden_one(people: SimpleNamespace, book: ClientBook) -> None:
    missing = client_of(people.olivia).get(reverse("vault:keys_compartment", args=[uuid4()]))
    forbidden = client_of(people.ming).get(page_of(book))
    assert (missing.status_code, forbidden.status_code) == (404, 404)


def test_attack_the_inventory_gives_no_wrapped_byte(web: Connection, book: ClientBook) -> None:
    client = add(book)
    with web.cursor() as cursor:
        cursor.execute(
            "select t::text from keyring.keys_of(%s, null, null, 10, null, null, false, %s, null) t",
            [str(book.pk), client.key_id],
        )
        [[row]] = cursor.fetchall()
    assert "\\x" not in row


def test_a_root_key_that_is_gone_is_said(people: SimpleNamespace, book: ClientBook) -> None:
    """The provider answers, as a lost file reads like an empty one; it lacks what everything hangs from."""
    file = provider()._path  # type: ignore[attr-defined]
    browser = client_of(people.olivia)
    assert "Lacks version" not in browser.get(reverse("vault:keys")).content.decode()
    kept = file.rename(file.with_suffix(".away"))
    try:
        page = browser.get(reverse("vault:keys")).content.decode()
    finally:
        kept.rename(file)
    assert "Lacks version 1" in page
    assert "recover_keys" in page
    assert "Lacks version" not in browser.get(reverse("vault:keys")).content.decode()

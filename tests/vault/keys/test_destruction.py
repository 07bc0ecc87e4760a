"""Destroying and locking: the worker's alone, by order, and known to every process at once."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.keys.service import key_cache, open_keys
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.records.reading import view_client
from vault.records.search import search

__all__ = ["crypto_profile"]

ORDERS = {
    "destroy": "select keyring.destroy(%s, array[%s]::uuid[])",
    "lock": "select keyring.lock(%s, %s)",
    "rewrap": "select keyring.rewrap(array[%s]::uuid[], '{}', '')",
}


def order(client: Client, action: Action, *subjects: UUID) -> UUID:
    with acting(client.book.lead):
        return record_read(
            Entry(action=action, object_type=ObjectType.CLIENT, object_id=client.pk, subjects=subjects)
        )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ORDERS)
def test_the_web_login_may_not_even_ask(web: Connection, name: str) -> None:
    sql = ORDERS[name]
    with web.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(sql, [str(uuid4())] * sql.count("%s"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["destroy", "lock"])
def test_the_worker_needs_an_order(worker: Connection, name: str) -> None:
    with worker.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege, match="order"):
        cursor.execute(ORDERS[name], [str(uuid4()), str(uuid4())])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", [Action.CLIENT_VIEW, Action.DESTRUCTION_ORDER])
def test_an_order_for_others_or_of_another_kind_destroys_nobody(
    worker: Connection, book: ClientBook, action: Action
) -> None:
    client, other = add(book), add(book, {"name": "李四"})
    named = client.pk if action == Action.CLIENT_VIEW else other.pk
    entry_id = order(client, action, named)
    with worker.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege, match="order"):
        cursor.execute(ORDERS["destroy"], [str(entry_id), str(client.pk)])
    assert [copy.live for copy in store.copies([client.pk])] == [True]


@pytest.mark.django_db(transaction=True)
def test_a_cached_key_is_not_used_after_destruction(
    worker: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client, other = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)
    assert client.key_id in key_cache().get_many([client.key_id])
    entry_id = order(client, Action.DESTRUCTION_ORDER, client.pk)
    with worker.cursor() as cursor:  # another process destroys
        cursor.execute(ORDERS["destroy"], [str(entry_id), str(client.pk)])
    with acting(people.ming):
        with pytest.raises(KeyWithheld):
            view_client(actor=people.ming, client_id=client.pk)
        assert view_client(actor=people.ming, client_id=other.pk)[1]
        assert search(actor=people.ming, text="13800138000").rows == []
    [copy] = store.copies([client.pk])
    assert (copy.live, copy.index_rows) == (False, 0)


@pytest.mark.django_db(transaction=True)
def test_destroying_twice_is_destroying_once(worker: Connection, book: ClientBook) -> None:
    client = add(book)
    entry_id = order(client, Action.DESTRUCTION_ORDER, client.pk)
    with worker.cursor() as cursor:
        for _ in range(2):
            cursor.execute(ORDERS["destroy"], [str(entry_id), str(client.pk)])
    assert len(store.copies([client.pk])) == 1


@pytest.mark.django_db(transaction=True)
def test_a_locked_book_shuts_in_every_process_by_the_next_request(
    worker: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)
    entry_id = order(client, Action.KEYS_LOCK, book.pk)
    with worker.cursor() as cursor:
        cursor.execute(ORDERS["lock"], [str(entry_id), str(book.pk)])
    with acting(people.ming), pytest.raises(KeyWithheld):
        view_client(actor=people.ming, client_id=client.pk)
    with pytest.raises(KeyWithheld):
        add(book, {"name": "李四"})


@pytest.mark.django_db(transaction=True)
def test_a_keyring_row_given_to_another_person_does_not_unwrap(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client, other = add(book), add(book, {"name": "李四"})
    with superuser.cursor() as cursor:
        cursor.execute(
            "update keyring.key set wrapped = (select wrapped from keyring.key where id = %s) where id = %s",
            [client.key_id, other.key_id],
        )
    key_cache().purge(keys={client.key_id, other.key_id}, compartments=set(), seen_change=0)
    with acting(people.ming):
        entry = client_entry(other, Action.CLIENT_VIEW)
        with pytest.raises(KeyWithheld):
            open_keys(record_read(entry), entry.keys)

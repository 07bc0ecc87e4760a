"""Invariant 8 for the keyring's doors: they look up by index, however little the planner knows of a table."""

import re
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from audit.actions import Action
from tests.attacks.test_keyring import book_entry
from tests.vault.records.makers import ZHANG, acting, add, add_many
from vault.intake.house import opened_house
from vault.keys import claims, store
from vault.records.models import Client, ClientBook
from vault.records.search import search

LOCKING = re.compile(r"from keyring\.key k\s+where k\.\w+ = any[^;]*?for (?:key share|no key update|update)")
TABLES = ("claim", "index_entry", "index_unique", "key")


def read_whole() -> dict[str, int]:
    """How often this transaction has read each table from end to end."""
    with connection.cursor() as cursor:  # the scans counted for a table are those that use no index
        cursor.execute(
            "select relname, coalesce(pg_stat_get_xact_numscans(oid), 0) from pg_class"
            " where relnamespace = 'keyring'::regnamespace and relname = any (%s)",
            [list(TABLES)],
        )
        return dict(cursor.fetchall())


def packed(book: ClientBook) -> str:
    return str(store.packed_base(book.pk, 1) | 0xAB)


@pytest.mark.django_db
def test_i8_doors_of_an_import_read_no_table_whole(people: SimpleNamespace, book: ClientBook) -> None:
    add_many(book, 300)
    client = add(book)
    entry = UUID(book_entry(book, client.pk))
    with acting(people.ming):
        asked, _ = opened_house(Action.CLAIM_ASK, book.pk)
    with transaction.atomic():
        before = read_whole()
        tokens = [uuid4().hex for _ in range(500)]
        assert store.index_find(entry, book.pk, tokens) == {}
        assert claims.find(asked, tokens) == []
        ids = list(Client.objects.values_list("pk", flat=True))
        claims.enter(replaced=[], rows=[(one, [uuid4().hex]) for one in ids])
        entries = store.index_entries([store.index_row(client.pk, [packed(book)], [], [])])
        store.index_write(entry, book.pk, replaced=[client.pk], entries=entries)
        assert read_whole() == before


@pytest.mark.django_db
def test_a_uniqueness_token_that_is_there_already_stays_once(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    entry, token = UUID(book_entry(book, client.pk)), uuid4().bytes
    row = store.index_row(client.pk, [packed(book)], [token.hex()] * 2, ["f"] * 2)
    store.index_write(entry, book.pk, replaced=[client.pk], entries=store.index_entries([row]))
    assert store.index_find(entry, book.pk, [token.hex()]) == {token.hex(): client.pk}


@pytest.mark.django_db
def test_doors_lock_keys_in_one_order() -> None:
    """Else a destruction and a door of many subjects wait for each other, and one of them is broken off."""
    with connection.cursor() as cursor:
        cursor.execute("select proname, prosrc from pg_proc where pronamespace = 'keyring'::regnamespace")
        locking = [(name, lock) for name, source in cursor.fetchall() for lock in LOCKING.findall(source)]
    assert {"claim_enter", "destroy", "index_write", "reserve_seals"} <= {name for name, _ in locking}
    assert [name for name, lock in locking if "order by k.id" not in lock] == []


def autovacuumed() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select last_autovacuum is not null or last_autoanalyze is not null from pg_stat_all_tables"
            " where schemaname = 'keyring' and relname = 'index_entry'"
        )
        [row] = cursor.fetchall()
    return bool(row[0])


@pytest.mark.django_db(transaction=True)
def test_a_long_list_leaves_its_tokens_to_a_session_beside(
    as_worker: None, people: SimpleNamespace, book: ClientBook
) -> None:
    """They are found before they are entered, and after."""
    add_many(book, 600)
    client = add(book)

    def found() -> list[UUID]:
        with acting(people.ming):
            return [row.client.pk for row in search(actor=people.ming, text=ZHANG["phone"]).rows]

    assert found() == [client.pk]
    waiting = store.index_settle()
    assert found() == [client.pk]
    assert store.index_settle() == 0
    assert waiting > 0 or autovacuumed()  # which enters them as well, whenever it comes by

"""Attacks on the keyring with the web login's own doors: bringing the dead back, and blinding the search."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from psycopg2 import Error as DatabaseError
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import acting, add, book_of
from vault.crypto.keywrap import PACKED
from vault.keys import store
from vault.records.books import index_keys
from vault.records.models import Client, ClientBook
from vault.records.search import search

__all__ = ["book", "people"]


INDEX_WRITE = (
    "select keyring.index_write(%s, %s, '{}', array[%s]::uuid[], array['{1}'], '{}', '{}', '{}'::boolean[])"
)


def book_entry(book: ClientBook, *subjects: UUID) -> str:
    """A committed entry of opening the book, as whoever writes tokens has."""
    with acting(book.lead):
        return str(
            record_read(
                Entry(
                    action=Action.BOOK_OPEN,
                    object_type=ObjectType.BOOK,
                    object_id=book.pk,
                    subjects=subjects,
                    keys=tuple(index_keys(book).values()),
                )
            )
        )


def destroyed(client: Client, worker: Connection) -> tuple[int, bytes]:
    """The client's key as it was, after it was destroyed: what a thief of an old keyring has."""
    with acting(client.book.lead):
        entry = record_read(
            Entry(
                action=Action.CLIENT_VIEW,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
                keys=(client.key_id, client.book.key_id),
            )
        )
        [hanging] = store.release([entry]).hanging
        order = record_read(
            Entry(
                action=Action.DESTRUCTION_ORDER,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
            )
        )
    with worker.cursor() as cursor:
        cursor.execute("select keyring.destroy(%s, array[%s]::uuid[])", [str(order), str(client.pk)])
    [(key_id, _, _, _, *wrapped)] = PACKED.iter_unpack(hanging.packed)
    return key_id, b"".join(wrapped)


def add_key(web: Connection, client: Client, key_id: int, owner: UUID, wrapped: bytes) -> None:
    with web.cursor() as cursor:
        cursor.execute(
            "select keyring.add(2::smallint, %s, %s, null, 1::smallint, array[%s]::bigint[],"
            " array[%s]::uuid[], array[%s]::bytea[])",
            [str(client.book_id), client.book.key_id, key_id, str(owner), wrapped],
        )


@pytest.mark.django_db(transaction=True)
def test_i6_a_destroyed_key_is_not_put_back(web: Connection, worker: Connection, book: ClientBook) -> None:
    client = add(book)
    key_id, wrapped = destroyed(client, worker)
    with pytest.raises(errors.CheckViolation, match="destroyed"):
        add_key(web, client, key_id, client.pk, wrapped)
    assert [copy.live for copy in store.copies([client.pk])] == [False]


@pytest.mark.django_db(transaction=True)
def test_i6_a_destroyed_person_gets_no_new_key(web: Connection, worker: Connection, book: ClientBook) -> None:
    """Else a job that was under way could seal the person's data anew after the certificate."""
    client = add(book)
    key_id, wrapped = destroyed(client, worker)
    with pytest.raises(errors.CheckViolation, match="destroyed"):
        add_key(web, client, key_id + 1, client.pk, wrapped)


@pytest.mark.django_db(transaction=True)
def test_i6_a_destroyed_person_gets_no_index_rows(
    web: Connection, worker: Connection, book: ClientBook
) -> None:
    client = add(book)
    destroyed(client, worker)
    with web.cursor() as cursor, pytest.raises(errors.ForeignKeyViolation):
        cursor.execute(
            INDEX_WRITE,
            [book_entry(book), str(book.pk), str(client.pk)],
        )
    assert {copy.index_rows for copy in store.copies([client.pk])} == {0}


@pytest.mark.django_db(transaction=True)
def test_an_index_row_needs_a_person_of_that_very_book(
    web: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client, elsewhere = add(book), book_of(people.lea)
    with web.cursor() as cursor, pytest.raises(errors.ForeignKeyViolation):
        cursor.execute(
            INDEX_WRITE,
            [book_entry(elsewhere), str(elsewhere.pk), str(client.pk)],
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("entry", ["none", "of another book", "not naming the person"])
def test_nobody_is_hidden_from_search_without_an_entry_that_names_them(
    web: Connection, people: SimpleNamespace, book: ClientBook, entry: str
) -> None:
    """Dropping somebody's tokens hides them: the web login cannot do so off the record."""
    client = add(book)
    entries = {
        "none": lambda: str(uuid4()),
        "of another book": lambda: book_entry(book_of(people.lea), client.pk),
        "not naming the person": lambda: book_entry(book),
    }
    drop = "select keyring.index_write(%s, %s, array[%s]::uuid[], '{}', '{}', '{}', '{}', '{}'::boolean[])"
    with web.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege, match="entry"):
        cursor.execute(drop, [entries[entry](), str(book.pk), str(client.pk)])
    with acting(people.ming):
        assert search(actor=people.ming, text="13800138000").rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "shadow",
    [
        "create temp table key (id bigint, compartment uuid, wrapped bytea)",
        "create temp view entry as select * from log.entry",
        "create function pg_temp.clock_timestamp() returns timestamptz language sql as 'select now()'",
        "create function pg_temp.unnest(bigint[]) returns setof bigint language sql as 'select 1::bigint'",
        "set search_path = pg_temp, public",
        "set default_transaction_isolation = 'repeatable read'",
    ],
)
def test_i1_nothing_in_the_session_makes_release_give_more(
    web: Connection, book: ClientBook, shadow: str
) -> None:
    client = add(book)
    with acting(book.lead):
        unnamed = record_read(
            Entry(action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=client.pk)
        )
    with web.cursor() as cursor:
        cursor.execute(shadow)
        for entry in (str(unnamed), str(uuid4())):
            cursor.execute("select * from keyring.release(%s::uuid[], '{}')", [[entry]])
            assert cursor.fetchall() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "select * from keyring.key",
        "delete from keyring.tombstone",
        "insert into keyring.change (key) values (1)",
        "select keyring.may_search(gen_random_uuid())",
        "select keyring.is_ordered(gen_random_uuid(), 'x', '{}')",
        "set role sealroom_keyring",
        "set role sealroom_log",
        "set session authorization sealroom_worker",
        "create or replace function keyring.may_search(uuid) returns boolean language sql as 'select true'",
        "alter function keyring.release(uuid[], bigint[]) reset all",
        "create schema loot",
        "create table public.loot (x int)",
        "insert into log.entry (id, at) values (gen_random_uuid(), now() + interval '1 year')",
        "insert into log.entry (id, xact) values (gen_random_uuid(), '1')",
        "copy (select 1) to program 'id'",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
        "alter database test_main set log_statement = 'all'",
        "set session_replication_role = replica",
    ],
)
def test_i1_the_web_login_has_no_other_door(web: Connection, sql: str) -> None:
    with web.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(sql)

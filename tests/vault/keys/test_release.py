"""Invariant 1: no key leaves the keyring without a record, and the database itself says so."""

from collections.abc import Sequence
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry, Stamped
from audit.log import record_change, record_read, record_refusal
from audit.origin import Origin
from audit.rows import COLUMNS, row
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add
from vault.crypto.keywrap import PACKED
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.keys.service import key_cache, open_keys
from vault.records.models import Client, ClientBook

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(book: ClientBook) -> Client:
    return add(book)


def entry(client: Client, *keys: int) -> Entry:
    return Entry(
        action=Action.CLIENT_VIEW,
        object_type=ObjectType.CLIENT,
        object_id=client.pk,
        subjects=(client.pk,),
        keys=keys,
    )


def released(*entries: UUID, held: Sequence[int] = ()) -> set[int]:
    found = store.release(entries, held)
    hanging = {row[0] for one in found.hanging for row in PACKED.iter_unpack(one.packed)}
    return hanging | {row.handle for row in found.generations}


def test_i1_a_committed_entry_releases_the_keys_that_it_names(client: Client) -> None:
    keys = (client.key_id, client.book.key_id)
    with acting(client.book.lead):
        assert released(record_read(entry(client, *keys))) == set(keys)


def test_i1_a_key_for_anothers_entry_stays(client: Client) -> None:
    add(client.book, {"name": "李四"})
    with acting(client.book.lead):
        mine = record_read(entry(client, client.key_id))
    assert released(mine) == {client.key_id}


def test_i1_an_entry_that_does_not_name_the_key_releases_nothing(client: Client) -> None:
    with acting(client.book.lead):
        assert released(record_read(entry(client))) == set()


def test_i1_an_entry_of_the_own_open_transaction_releases_nothing(client: Client) -> None:
    with acting(client.book.lead), transaction.atomic():
        assert released(record_change(entry(client, client.key_id))) == set()


def test_i1_an_entry_that_does_not_exist_releases_nothing(client: Client) -> None:
    assert released(uuid4()) == set()


def test_i1_a_refused_entry_releases_nothing(client: Client) -> None:
    with acting(client.book.lead):
        assert released(record_refusal(entry(client, client.key_id))) == set()


def written_before(superuser: Connection, client: Client, seconds: int) -> UUID:
    """An entry of then, sound in every other way: whoever verifies the log later finds nothing wrong."""
    stamped = Stamped(entry(client, client.key_id), Origin())
    columns = (*COLUMNS, "leaf", "detail")
    with superuser.cursor() as cursor:
        cursor.execute(
            f"insert into log.entry ({', '.join(columns)}, at)"
            f" values ({', '.join(['%s'] * len(columns))}, now() - make_interval(secs => %s))",
            [*row(stamped), seconds],
        )
    return stamped.id


def test_i1_an_entry_older_than_a_minute_releases_nothing(client: Client, superuser: Connection) -> None:
    assert released(written_before(superuser, client, 50)) == {client.key_id}
    assert released(written_before(superuser, client, 61)) == set()


def test_i1_one_bad_entry_among_several_releases_nothing_of_its_own(client: Client) -> None:
    others = [add(client.book, {"name": name}) for name in ("李四", "王五", "赵六")]
    with acting(client.book.lead):
        good = record_read(entry(client, client.key_id))
        also = record_read(entry(others[0], others[0].key_id, client.key_id))
        refused = record_refusal(entry(others[1], others[1].key_id))
        with transaction.atomic():
            open_still = record_change(entry(others[2], others[2].key_id))
            assert released(good, refused, also, open_still, uuid4()) == {client.key_id, others[0].key_id}


def test_i1_what_is_held_is_not_given_again_and_asks_for_nothing_else(client: Client) -> None:
    keys = (client.key_id, client.book.key_id)
    other = add(client.book, {"name": "李四"})
    with acting(client.book.lead):
        entry_id = record_read(entry(client, *keys))
    assert released(entry_id, held=[client.book.key_id]) == {client.key_id}
    assert released(entry_id, held=[other.key_id]) == set(keys)
    assert released(entry_id, held=keys) == set()
    assert released() == set()


def test_i1_what_is_not_released_is_withheld_as_a_whole(client: Client) -> None:
    other = add(client.book, {"name": "李四"})
    key_cache().purge(keys={other.key_id}, compartments=set(), seen_change=0)
    with acting(client.book.lead):
        mine = record_read(entry(client, client.key_id))
    with pytest.raises(KeyWithheld):
        open_keys(mine, [client.key_id, other.key_id])


@pytest.mark.parametrize(
    "sql",
    [
        "select * from keyring.key",
        "select wrapped from keyring.key limit 1",
        "select * from keyring.index_entry",
        "select * from keyring.tombstone",
        "insert into keyring.key (id) values (1)",
        "update keyring.key set wrapped = ''",
        "delete from keyring.key",
        "delete from keyring.index_entry",
        "delete from keyring.locked",
        "truncate keyring.change",
        "drop table keyring.key",
        "select keyring.may_search(gen_random_uuid())",
        "set role sealroom_keyring",
        "alter function keyring.release(uuid[], bigint[]) owner to sealroom_web",
        "create or replace function keyring.may_search(uuid) returns boolean language sql as 'select true'",
    ],
)
@pytest.mark.parametrize("login", ["web", "worker"])
def test_i1_no_login_touches_the_keyring_itself(login: str, sql: str, request: pytest.FixtureRequest) -> None:
    connection: Connection = request.getfixturevalue(login)
    with connection.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(sql)


@pytest.mark.parametrize(
    "door",
    [
        "index_find(%s, array[%s]::uuid[], array[gen_random_uuid()])",
        "index_search(%s, array[%s]::uuid[], array['{1}'], 10)",
    ],
)
def test_i1_a_search_needs_a_committed_entry(web: Connection, door: str) -> None:
    with web.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(
            f"select * from keyring.{door}",
            [str(uuid4()), str(uuid4())],
        )


def test_i1_the_compartment_of_a_key_cannot_be_made_up(people: SimpleNamespace, book: ClientBook) -> None:
    """A key that hangs from another book's key would open there."""
    with pytest.raises(Exception, match="compartment"), transaction.atomic():
        store.add(
            kind=2,
            compartment=uuid4(),
            parent=book.key_id,
            root_version=None,
            suite=1,
            keys=store.new_keys([(1, uuid4(), b"x" * 70)]),
        )

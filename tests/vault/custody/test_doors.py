"""The doors of a rotation, knocked at by logins that must not come in, or come without an order."""

import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from tests.vault.records.makers import add
from vault.keys import store
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "sql",
    [
        "select keyring.begin_epoch(gen_random_uuid(), 99, 'file')",
        "select keyring.renew(gen_random_uuid(), '{}', '{}', 1, '{}')",
        "select * from keyring.rotating('{}')",
        "select keyring.blocks()",
        "select * from keyring.to_rewrap('{}', 0, 10)",
        "select keyring.rewrap('{}', '{}', '')",
        "select keyring.drop_retired('{}')",
        "select keyring.end_root_version(gen_random_uuid(), 1)",
    ],
)
def test_the_web_login_may_not_rotate(web: Connection, sql: str) -> None:
    with web.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(sql)


def test_the_worker_rotates_and_reads_by_order_alone(worker: Connection, book: ClientBook) -> None:
    add(book)
    with worker.cursor() as cursor:
        for sql in (
            "select keyring.begin_epoch(gen_random_uuid(), 99, 'file')",
            "select keyring.renew(gen_random_uuid(), '{}', '{}', 1, '{}')",
            "select keyring.end_root_version(gen_random_uuid(), 1)",
        ):
            with pytest.raises(errors.InsufficientPrivilege, match="order"):
                cursor.execute(sql)
        # What hangs from a generation in force is never given out, whatever order is named.
        cursor.execute("select * from keyring.to_rewrap(array[gen_random_uuid()], 0, 1000)")
        assert cursor.fetchall() == []


def test_the_web_login_may_not_occupy_future_root_versions(web: Connection, book: ClientBook) -> None:
    with web.cursor() as cursor:
        cursor.execute("select keyring.note_root_version(999, 'file')")
        cursor.execute("select id from keyring.root_versions()")
        assert cursor.fetchall() == [(store.root_in_force(),)]

"""Invariant 4: append-only in the database.

The web and worker roles are refused everything, the migration role everything short of an explicit SET ROLE,
which the triggers and the guard then meet.
"""

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, RestrictViolation
from psycopg2.extensions import connection as Connection

from audit.log import record_read
from audit.models import LogEntry
from tests.audit.conftest import entry

pytestmark = pytest.mark.django_db

UPSERT = (
    "insert into log.entry"
    " (id, at, action, purpose, reason, result, object_type, subjects, fields, keys, leaf)"
    " select id, at, action, purpose, reason, result, object_type, subjects, fields, keys, leaf"
    " from log.entry on conflict (id, at) do update set reason = 'other'"
)
CHANGES = [
    "update log.entry set reason = 'other'",
    "delete from log.entry",
    "truncate log.entry",
    "merge into log.entry using (select 1) one on true when matched then delete",
    UPSERT,
    "update log.{partition} set reason = 'other'",
    "delete from log.{partition}",
    "truncate log.{partition}",
]
DEFINITIONS = [
    "drop table log.entry",
    "drop table log.{partition}",
    "drop schema log cascade",
    "drop function log.refuse() cascade",
    "drop trigger refuse_change on log.entry",
    "alter table log.entry detach partition log.{partition}",
    "alter table log.entry disable trigger all",
    "alter table log.entry disable trigger chain",
    "alter table log.{partition} disable trigger refuse_change",
    "alter table log.{partition} enable replica trigger refuse_truncate",
    "alter table log.entry alter column leaf drop not null",
    "alter table log.entry drop constraint entry_result_known",
    "alter table log.entry add column more text",
    "alter table log.entry owner to sealroom_owner",
    "create rule lost as on insert to log.entry do instead nothing",
    "create table log.other ()",
    "create or replace function log.refuse() returns trigger language plpgsql as 'begin return null; end'",
    "create trigger lost before insert on log.entry for each row execute function log.refuse()",
]
CHOSEN = [
    "insert into log.entry (id, at) values (gen_random_uuid(), now())",
    "insert into log.entry (id, xact) values (gen_random_uuid(), '3')",
    "insert into log.entry (id, writer) values (gen_random_uuid(), gen_random_uuid())",
    "insert into log.entry (id, seq) values (gen_random_uuid(), 1)",
    "insert into log.entry (id, link) values (gen_random_uuid(), '')",
    "insert into log.entry (id, epoch) values (gen_random_uuid(), 1)",
    "update log.epoch set number = 2",
    "insert into log.epoch values (true, 2)",
    "delete from log.epoch",
    "set session_replication_role = replica",
    "set role sealroom_log",
    "set role sealroom_owner",
    "set session authorization sealroom_log",
    "select log.refuse()",
]


@pytest.fixture(autouse=True)
def partition(superuser: Connection) -> str:
    """The partition of this month, with an entry of ours in it."""
    kept = record_read(entry())
    row = LogEntry.objects.using("audit").get(id=kept)
    return f"entry_{row.at:%Y%m}"


def attack(connection: Connection, sql: str, partition: str) -> psycopg2.Error:
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '10s'")
        with pytest.raises(psycopg2.Error) as caught:
            cursor.execute(sql.replace("{partition}", partition))
    return caught.value


@pytest.mark.parametrize("sql", CHANGES + DEFINITIONS + CHOSEN)
def test_i4_the_web_role_is_refused(web: Connection, partition: str, sql: str) -> None:
    assert isinstance(attack(web, sql, partition), InsufficientPrivilege)


@pytest.mark.parametrize("sql", CHANGES + DEFINITIONS + CHOSEN)
def test_i4_the_worker_role_is_refused(worker: Connection, partition: str, sql: str) -> None:
    assert isinstance(attack(worker, sql, partition), InsufficientPrivilege)


@pytest.mark.parametrize(
    "sql", CHANGES + DEFINITIONS + [sql for sql in CHOSEN if not sql.startswith("set role")]
)
def test_i4_the_migration_role_is_refused(owner: Connection, partition: str, sql: str) -> None:
    assert isinstance(attack(owner, sql, partition), InsufficientPrivilege)


@pytest.mark.parametrize("sql", CHANGES)
def test_i4_the_owner_of_the_log_is_refused_by_the_triggers(
    owner: Connection, partition: str, sql: str
) -> None:
    with owner.cursor() as cursor:
        cursor.execute("set role sealroom_log")
    assert isinstance(attack(owner, sql, partition), RestrictViolation)


@pytest.mark.parametrize("sql", DEFINITIONS)
def test_i4_the_owner_of_the_log_is_refused_by_the_guard(owner: Connection, partition: str, sql: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute("begin; set local role sealroom_log")
        if sql == "create table log.other ()":  # harmless: it touches nothing of the log
            cursor.execute(sql)
        else:
            attack(owner, sql, partition)
        cursor.execute("rollback")


@pytest.mark.parametrize("sql", [sql for sql in CHANGES if "truncate" in sql or "delete" in sql])
def test_i4_replication_mode_skips_no_trigger(superuser: Connection, partition: str, sql: str) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("begin; set local session_replication_role = replica")
        assert isinstance(attack(superuser, sql, partition), RestrictViolation)
        cursor.execute("rollback")


def test_i4_a_new_month_is_made_with_its_triggers(worker: Connection, superuser: Connection) -> None:
    with worker.cursor() as cursor:
        cursor.execute("select log.add_partition((now() + interval '7 months')::date)")
        assert cursor.fetchone() == (True,)
        cursor.execute("select log.add_partition((now() + interval '7 months')::date)")
        assert cursor.fetchone() == (False,)
    with superuser.cursor() as cursor:
        cursor.execute(
            "select tgname, tgenabled from pg_trigger where tgrelid ="
            " to_regclass(to_char(now() + interval '7 months', '\"log.entry_\"YYYYMM')) order by 1"
        )
        assert cursor.fetchall() == [("chain", "A"), ("refuse_change", "A"), ("refuse_truncate", "A")]


@pytest.mark.parametrize("when", ["now() - interval '2 months'", "now() + interval '30 months'"])
def test_months_of_the_past_or_far_ahead_are_refused(worker: Connection, when: str) -> None:
    attack(worker, f"select log.add_partition(({when})::date)", "")


def test_i4_the_web_role_makes_no_partition(web: Connection) -> None:
    assert isinstance(attack(web, "select log.add_partition(current_date)", ""), InsufficientPrivilege)

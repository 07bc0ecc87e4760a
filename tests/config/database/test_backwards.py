"""Every migration of ours can be taken back, and put on again, and leaves what the first time left."""

import gc
import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from psycopg2.extensions import connection as Connection

from config.database import admin
from config.management.commands.migrate import _State
from tests import databases

OURS = ("compliance", "deals", "vault", "people", "audit")
DATABASE = f"backwards_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
# Tables with their columns, constraints, indexes, functions, triggers and rights, as text.
SCHEMA = """
  select 'column', attrelid::regclass::text, attname::text,
    concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
  from pg_attribute join pg_class t on t.oid = attrelid
    left join pg_attrdef on (adrelid, adnum) = (attrelid, attnum)
  where relnamespace::regnamespace::text = any (%(schemas)s) and relkind in ('r', 'p') and attnum > 0
    and not attisdropped
  union all
  select 'rights', oid::regclass::text, relowner::regrole::text, relacl::text from pg_class
  where relnamespace::regnamespace::text = any (%(schemas)s) and relkind in ('r', 'p', 'S')
  union all
  select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
  where connamespace::regnamespace::text = any (%(schemas)s)
  union all
  select 'index', tablename, indexname, indexdef from pg_indexes where schemaname = any (%(schemas)s)
  union all
  select 'function', oid::regprocedure::text, proacl::text,
    concat_ws(' ', proowner::regrole, prosecdef, provolatile, proconfig, prosrc) from pg_proc
  where pronamespace::regnamespace::text = any (%(schemas)s)
  union all
  select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) || tgenabled::text from pg_trigger
  where not tgisinternal
"""


@pytest.fixture
def superuser_of_a_copy(django_db_setup: None, django_db_blocker) -> Iterator[Connection]:
    """A copy of the migrated template, in which migrations of this process run meanwhile."""
    name = connections["default"].settings_dict["NAME"]
    databases.drop(DATABASE)
    databases.copy_of_template(DATABASE)
    with django_db_blocker.unblock(), closing(databases.superuser(DATABASE)) as connection:
        admin.remove_guard(connection)
        databases.point_aliases_at(DATABASE)
        try:
            yield connection
        finally:
            databases.point_aliases_at(name)
    databases.drop(DATABASE)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Half a minute less; see config/management/commands/migrate.py."""
    for method in ("_append_option", "_remove_option", "_replace"):
        monkeypatch.setattr(ProjectState, method, vars(_State)[method], raising=False)
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*before)


def schema(superuser: Connection) -> set[tuple[str, ...]]:
    with superuser.cursor() as cursor:
        cursor.execute(SCHEMA, {"schemas": ["public", "keyring", "log"]})
        return set(cursor.fetchall())


def test_every_migration_goes_backwards_and_forwards_again(
    superuser_of_a_copy: Connection, quick: None
) -> None:
    before = schema(superuser_of_a_copy)
    MigrationExecutor(connections["owner"]).migrate([(app, None) for app in OURS])
    applied = MigrationRecorder(connections["owner"]).applied_migrations()
    assert {app for app, _ in applied}.isdisjoint(OURS)
    left = {line[1] for line in schema(superuser_of_a_copy) if line[0] in {"column", "function"}}
    assert not [name for name in left if name.startswith((*OURS, "keyring.", "log."))]
    call_command("migrate", database="owner", verbosity=0)
    assert schema(superuser_of_a_copy) == before

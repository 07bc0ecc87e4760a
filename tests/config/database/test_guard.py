"""The event triggers over the log, attacked by the migration login after an explicit SET ROLE."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from psycopg2.extensions import connection, cursor

from config.database import admin
from config.embedded.databases import create_database
from config.embedded.home import CHECKOUT
from config.embedded.postgres import Postgres

PARTITION = f"log.entry_{datetime.now(UTC):%Y%m}"
REFUSED = "the log is guarded"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postgres, dict[str, str]]]:
    """A database with the real log schema under the guard."""
    server = Postgres(tmp_path_factory.mktemp("guard") / "home", durable=False)
    server.start()
    urls = create_database(server, "guarded")
    with closing(psycopg2.connect(urls["DATABASE_OWNER_URL"])) as owner, owner, owner.cursor() as schema:
        for part in ("log.sql", "tree.sql", "retention.sql", "months.sql"):
            schema.execute((CHECKOUT / "audit" / "migrations" / part).read_text(encoding="utf-8"))
    with closing(server.connect("guarded")) as superuser:
        admin.install_guard(superuser)
    yield server, urls
    server.stop()
    server.remove()


@pytest.fixture
def log_owner(guarded: tuple[Postgres, dict[str, str]]) -> Iterator[cursor]:
    """A session of the migration login that has taken the log's role: all that short of a superuser."""
    with closing(psycopg2.connect(guarded[1]["DATABASE_OWNER_URL"])) as session:
        session.autocommit = True
        with session.cursor() as statements:
            statements.execute("set role sealroom_log")
            yield statements


@pytest.fixture
def superuser(guarded: tuple[Postgres, dict[str, str]]) -> Iterator[connection]:
    with closing(guarded[0].connect("guarded")) as session:
        yield session


@pytest.mark.parametrize(
    "statement",
    [
        "alter table log.entry disable trigger refuse_change",
        "alter table log.entry disable trigger all",
        f"alter table {PARTITION} enable trigger refuse_truncate",
        f"alter table {PARTITION} enable replica trigger refuse_truncate",
        "drop trigger refuse_change on log.entry",
        f"drop trigger refuse_truncate on {PARTITION}",
        f"alter trigger refuse_truncate on {PARTITION} rename to other",
        f"create trigger swallow before insert on {PARTITION} for each row execute function log.refuse()",
        f"alter table log.entry detach partition {PARTITION}",
        f"alter table log.entry detach partition {PARTITION} CONCURRENTLY",
        f"drop table {PARTITION}",
        "drop table log.entry",
        "drop table log.epoch",
        "drop schema log cascade",
        "drop owned by sealroom_log cascade",
        "drop function log.add_partition(date)",
        "alter table log.entry drop column reason",
        "alter table log.entry alter column leaf type bytea using '\\x00'::bytea",
        "alter table log.entry add column other text",
        "alter table log.entry add constraint none check (false) not valid",
        "alter table log.entry drop constraint entry_reason_is_a_code",
        "alter table log.entry alter column at set default now()",
        "create or replace function log.refuse() returns trigger language plpgsql as 'begin return old; end'",
        "alter function log.chain() rename to other",
        "alter function log.add_partition(date) security invoker",
        f"create rule swallow as on insert to {PARTITION} do instead nothing",
        "create rule swallow as on insert to log.entry do instead nothing",
        f"alter table {PARTITION} enable row level security",
        "alter table log.entry force row level security",
        "create policy nothing on log.entry using (false)",
        f"alter table {PARTITION} set unlogged",
        "alter table log.leaf disable trigger refuse_change",
        "alter table log.leaf_0 disable trigger refuse_truncate",
        "alter table log.leaf detach partition log.leaf_0",
        "drop table log.leaf_0",
        "alter table log.leaf_0 add constraint none check (false) not valid",
        "alter table log.tile disable trigger all",
        "drop trigger refuse_truncate on log.head",
        "alter table log.checkpoint drop constraint checkpoint_of_a_head",
        "alter table log.dropped disable trigger check_drop",
        "alter table log.dropped_chain enable trigger refuse_others",
        "drop table log.dropped_chain",
        "alter table log.dropped drop column said",
        "alter function log.link_before(uuid, bigint) rename to other",
        "alter function log.leaves_digest(timestamptz, timestamptz) immutable",
        "create or replace function log.check_drop() returns trigger language plpgsql as 'begin end'",
        "alter function log.drop_month(date, bytea, uuid) reset lock_timeout",
        "create or replace function log.root_of(hashes bytea) returns bytea language sql as 'select $1'",
    ],
)
def test_the_log_stays_as_it_is(log_owner: cursor, statement: str) -> None:
    with pytest.raises(psycopg2.errors.RestrictViolation, match=REFUSED):
        log_owner.execute(statement)


def test_a_partition_that_does_not_refuse_is_not_attached(log_owner: cursor) -> None:
    log_owner.execute("create table log.open (like log.entry including all)")
    bounds = "for values from ('2090-01-01') to ('2090-02-01')"
    with pytest.raises(psycopg2.errors.RestrictViolation, match=REFUSED):
        log_owner.execute(f"alter table log.entry attach partition log.open {bounds}")
    log_owner.execute("drop table log.open")


def test_a_new_month_is_guarded_at_once(log_owner: cursor) -> None:
    month = datetime.now(UTC).replace(day=1) + timedelta(days=32 * 6)
    log_owner.execute("select log.add_partition(%s)", [month.date()])
    with pytest.raises(psycopg2.errors.RestrictViolation, match=REFUSED):
        log_owner.execute(f"drop table log.entry_{month:%Y%m}")


def test_a_new_range_of_leaves_is_guarded_at_once(log_owner: cursor) -> None:
    log_owner.execute("select log.add_leaf_partition(1)")
    for statement in ("drop table log.leaf_1", "alter table log.leaf_1 disable trigger refuse_change"):
        with pytest.raises(psycopg2.errors.RestrictViolation, match=REFUSED):
            log_owner.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "drop event trigger guard_log_state",
        "alter event trigger guard_log_state disable",
        "drop schema guard cascade",
        "create or replace function guard.by_superuser() returns boolean language sql as 'select true'",
        "delete from guard.baseline",
        "set event_triggers = off",
    ],
)
def test_the_guard_itself_is_out_of_reach(log_owner: cursor, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        log_owner.execute(statement)


def test_other_schemas_are_free(log_owner: cursor) -> None:
    log_owner.execute("reset role")
    log_owner.execute("create table public.other (number int)")
    log_owner.execute("alter table public.other alter column number type text using ''")
    log_owner.execute("drop table public.other")


def test_time_zone_of_the_session_does_not_matter(log_owner: cursor) -> None:
    log_owner.execute("set timezone = 'Asia/Shanghai'; set datestyle = 'German'")
    log_owner.execute("reset role; create table public.fine (); drop table public.fine")


def test_the_guard_is_not_put_over_a_log_that_is_open(log_owner: cursor, superuser: connection) -> None:
    admin.remove_guard(superuser)
    log_owner.execute(f"alter table {PARTITION} disable trigger refuse_truncate")
    with pytest.raises(psycopg2.errors.RestrictViolation, match=PARTITION):
        admin.install_guard(superuser)
    log_owner.execute(f"alter table {PARTITION} enable always trigger refuse_truncate")
    admin.install_guard(superuser)

"""What the roles may do in a fresh database."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from config.embedded.databases import URL_NAMES, create_database, drop_database
from config.embedded.postgres import Postgres

LOGINS = sorted(URL_NAMES)


@pytest.fixture
def urls(shared_server: Postgres) -> Iterator[dict[str, str]]:
    yield create_database(shared_server, "vault")
    drop_database(shared_server, "vault")


def ask(url: str, *statements: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        connection.commit()
        return cursor.fetchall() if cursor.description else []


def test_making_it_again_changes_nothing(shared_server: Postgres, urls: dict[str, str]) -> None:
    ask(urls["DATABASE_OWNER_URL"], "create table kept ()")
    assert create_database(shared_server, "vault") == urls
    assert ask(urls["DATABASE_OWNER_URL"], "select 'kept'::regclass::text") == [("kept",)]


@pytest.mark.parametrize("login", LOGINS)
def test_no_login_has_power_over_the_cluster(urls: dict[str, str], login: str) -> None:
    powers = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit"
    query = f"select {powers} from pg_roles where rolname = session_user"
    assert ask(urls[login], query) == [(False,) * 6]


@pytest.mark.parametrize("login", ["DATABASE_URL", "DATABASE_WORKER_URL"])
@pytest.mark.parametrize(
    "statement",
    [
        "create table public.mine ()",
        "create schema mine",
        "set role sealroom_owner",
        "set role sealroom_log",
        "set role sealroom_keyring",
        "set role postgres",
        "alter role sealroom_web superuser",
        "create role mine",
        "copy pg_class to '/tmp/out'",
        "set session_replication_role = replica",
    ],
)
def test_web_and_worker_are_refused(urls: dict[str, str], login: str, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(urls[login], statement)


@pytest.mark.parametrize(
    "statement",
    [
        "set role postgres",
        "grant sealroom_log to sealroom_web",
        "alter role sealroom_log login",
        "alter database vault set search_path = elsewhere",
        "alter database vault owner to sealroom_owner",
        "drop database vault",
        "set session_replication_role = replica",
    ],
)
def test_owner_is_refused(urls: dict[str, str], statement: str) -> None:
    with closing(psycopg2.connect(urls["DATABASE_OWNER_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(statement)


@pytest.mark.parametrize("role", ["sealroom_log", "sealroom_keyring"])
def test_owner_reaches_the_guarded_schemas_only_by_set_role(urls: dict[str, str], role: str) -> None:
    url = urls["DATABASE_OWNER_URL"]
    ask(
        url,
        f"create schema guarded authorization {role}",
        f"set local role {role}",
        "create table guarded.t ()",
    )
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(url, "drop table guarded.t")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url.replace("sealroom_owner:", f"{role}:"))


def test_strangers_cannot_connect_to_the_database(shared_server: Postgres, urls: dict[str, str]) -> None:
    with closing(shared_server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("create role stranger login password 'known'")
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(shared_server.url(role="stranger", password="known", database="vault"))


def test_passwords_are_stored_as_scram(shared_server: Postgres, urls: dict[str, str]) -> None:
    with closing(shared_server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("select rolpassword from pg_authid where rolname like 'sealroom%' and rolcanlogin")
        stored = [row[0] for row in cursor.fetchall()]
    assert len(stored) == 3
    assert all(verifier.startswith("SCRAM-SHA-256$") for verifier in stored)


def test_dropping_cuts_connections(shared_server: Postgres, urls: dict[str, str]) -> None:
    with closing(psycopg2.connect(urls["DATABASE_URL"])):
        drop_database(shared_server, "vault")
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(urls["DATABASE_URL"])

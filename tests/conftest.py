"""Fixtures for every test: real databases with the real three logins, emptied between tests.

The alias `audit` commits for real, as in production, so the log is never empty: tests find their
entries by request id, object or subject.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connections, transaction
from django.test import Client, TestCase, TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from psycopg2.extensions import connection as Connection

from audit.origin import Origin, acting_as
from tests import databases

KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}
TEST_DATABASES = ["default", "audit"]
GUESSES = ("*guesses:*", "*allauth:rl:*")  # our counters (people.accounts.waits) and the library's
DATABASE = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

# No test is timed: on a busy machine an example takes as long as it takes.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that uses the database may use the log's connection, too."""
    for item in items:
        marks = list(item.iter_markers("django_db"))
        for mark in marks:
            mark.kwargs.setdefault("databases", TEST_DATABASES)
        if not marks and "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(databases=TEST_DATABASES))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        databases.drop(DATABASE)
        databases.copy_of_template(DATABASE)
        databases.point_aliases_at(DATABASE)
    yield
    with django_db_blocker.unblock():
        for alias in databases.ALIASES:
            connections[alias].close()
        databases.drop(DATABASE)


@classmethod  # type: ignore[misc]
def _enter_atomics(cls: type[TestCase]) -> dict[str, Any]:
    atomic = transaction.atomic(using="default")
    atomic._from_testcase = True  # type: ignore[attr-defined]
    atomic.__enter__()
    return {"default": atomic}


@classmethod  # type: ignore[misc]
def _rollback_atomics(cls: type[TestCase], atomics: dict[str, Any]) -> None:
    transaction.set_rollback(True, using="default")
    atomics["default"].__exit__(None, None, None)


@cache
def _emptier() -> Connection:
    """Stays open: a new connection would read the catalogue of every table before it could plan."""
    connection = databases.superuser(DATABASE)
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '10s'; set session_replication_role = replica")
    return connection


def _empty_tables(self: TransactionTestCase) -> None:
    """Django's flush runs as a login that may not truncate; the superuser empties all but the log.

    Rows are deleted where there are any: to truncate makes a file anew for every table and index, a third of
    a second for all. As in a replica, triggers and foreign keys, whose rows all go, are not asked; where a
    trigger refuses even then, the table is truncated.
    """
    with _emptier().cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text, exists (select from pg_trigger where tgrelid = pg_class.oid"
            " and tgenabled = 'A') from pg_class where relkind = 'r' and relname <> all (%s)"
            " and relnamespace in ('public'::regnamespace, 'keyring'::regnamespace)",
            [list(KEPT_TABLES)],
        )
        refusing = dict(cursor.fetchall())
        cursor.execute(
            " union all ".join(f"select '{name}' where exists (select from {name})" for name in refusing)
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"truncate {name} cascade" if refusing[name] else f"delete from {name}")
        cursor.execute(
            "select setval(seqrelid, seqstart, false) from pg_sequence join pg_class on oid = seqrelid"
            " where relnamespace in ('public'::regnamespace, 'keyring'::regnamespace)"
            " and pg_sequence_last_value(seqrelid) is not null"
        )


TestCase._enter_atomics = _enter_atomics  # type: ignore[attr-defined]
TestCase._rollback_atomics = _rollback_atomics  # type: ignore[attr-defined]
TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def _settled(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[dict[str, UUID], dict[str, SimpleCookie]]]:
    from tests.cast import cast, client_of

    with django_db_blocker.unblock(), transaction.atomic():
        with acting_as(Origin()):
            people = cast()
        cookies = {name: client_of(person).cookies for name, person in people.items()}
        yield {name: person.pk for name, person in people.items()}, cookies
        transaction.set_rollback(True)


@pytest.fixture
def house(_settled: Any, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """The cast under their first names, and `browsers`, where each is signed in. They are made once for a
    module whose tests walk many addresses; what a test does is undone after it."""
    from people.accounts.models import User

    ids, cookies = _settled
    with django_db_blocker.unblock(), transaction.atomic():
        known = User.objects.in_bulk(ids.values())
        browsers = {}
        for name in ids:
            browsers[name] = Client(raise_request_exception=False)
            browsers[name].cookies.update(cookies[name])
        yield SimpleNamespace(browsers=browsers, **{name: known[pk] for name, pk in ids.items()})
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def no_keys_of_the_test_before() -> None:
    """Emptied tables count their changes from one again, which no running process ever sees."""
    from vault.keys.service import key_cache

    key_cache.cache_clear()


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    """Guesses at passwords and codes wait by name and network, which are the same in every test."""
    store = redis.from_url(settings.REDIS_URL)
    guesses = [key for match in GUESSES for key in store.scan_iter(match, count=1000)]
    if guesses:
        store.delete(*guesses)


@pytest.fixture(autouse=True)
def house_language() -> None:
    """A request leaves its language in the thread that answered it; each test starts like a new thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    """Argon2id is slow on purpose; one test of accounts turns it on again."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def plain_static_addresses(settings: Any) -> None:
    """Pages need no collected static files here; tests/tools/test_vendor.py collects them once."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture
def superuser(db: None) -> Iterator[Connection]:
    """The hostile database administrator: a raw autocommit superuser connection to the test database."""
    with closing(databases.superuser(DATABASE)) as connection:
        yield connection


@pytest.fixture
def owner(db: None) -> Iterator[Connection]:
    """The migration login, raw, autocommit."""
    yield from _raw("owner")


@pytest.fixture
def web(db: None) -> Iterator[Connection]:
    """The web login, raw, autocommit: what an attacker has who runs SQL in the web process."""
    yield from _raw("default")


@pytest.fixture
def worker(db: None) -> Iterator[Connection]:
    """The worker login, raw, autocommit."""
    from config import env

    parameters = env.postgres(os.environ["DATABASE_WORKER_URL"], name="DATABASE_WORKER_URL")
    wrapper = connections["default"]
    connection = wrapper.Database.connect(
        **wrapper.get_connection_params() | {"user": parameters["USER"], "password": parameters["PASSWORD"]}
    )
    connection.autocommit = True
    with closing(connection):
        yield connection


def _raw(alias: str) -> Iterator[Connection]:
    wrapper = connections[alias]
    connection = wrapper.Database.connect(**wrapper.get_connection_params())
    connection.autocommit = True
    with closing(connection):
        yield connection

"""A cluster of its own, since an open transaction in another test process's database holds the sequencer up,
and a new, empty log for each test."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.db import connections
from psycopg2.extensions import connection as Connection

from audit import grouping
from config import env
from config.database import admin
from config.embedded.databases import create_database
from config.embedded.postgres import Postgres

MIGRATIONS = Path(__file__).parents[3] / "audit" / "migrations"
ALIASES = ("default", "audit")


class House:
    """A database with nothing but a log, and its logins."""

    def __init__(self, server: Postgres, urls: dict[str, str], name: str) -> None:
        self.server, self.name = server, name
        self.urls = {variable: url.rsplit("/", 1)[0] + f"/{name}" for variable, url in urls.items()}

    @contextmanager
    def session(self, login: str = "superuser", *, autocommit: bool = True) -> Iterator[Connection]:
        """A raw connection as `superuser`, `web`, `worker` or `owner`."""
        names = {"web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL", "owner": "DATABASE_OWNER_URL"}
        opened = (
            self.server.connect(self.name)
            if login == "superuser"
            else psycopg2.connect(self.urls[names[login]])
        )
        with closing(opened) as connection:
            connection.autocommit = autocommit
            yield connection

    def ask(self, sql: str, *values: object, login: str = "superuser") -> list[tuple[object, ...]]:
        """The rows of one statement."""
        with self.session(login) as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postgres, dict[str, str]]]:
    server = Postgres(tmp_path_factory.mktemp("tree") / "home", durable=False)
    server.start()
    urls = create_database(server, "template_log")
    with closing(psycopg2.connect(urls["DATABASE_OWNER_URL"])) as owner, owner, owner.cursor() as schema:
        for part in ("log.sql", "tree.sql", "retention.sql", "lock.sql", "months.sql"):
            schema.execute((MIGRATIONS / part).read_text(encoding="utf-8"))
    with closing(server.connect("template_log")) as superuser:
        admin.install_guard(superuser)
    yield server, urls
    server.stop()
    server.remove()


@pytest.fixture
def house(
    cluster: tuple[Postgres, dict[str, str]], django_db_blocker: object, request: pytest.FixtureRequest
) -> Iterator[House]:
    """An empty log, at which this process points, with the worker's login."""
    server, urls = cluster
    name = "log_of_a_test"
    with closing(server.connect()) as superuser, superuser.cursor() as cursor:
        cursor.execute(f"create database {name} template template_log")
    with closing(server.connect(name)) as superuser:
        admin.settle_database(superuser)
    made = House(server, urls, name)
    before = [dict(connections[alias].settings_dict) for alias in ALIASES]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _point(env.postgres(made.urls["DATABASE_WORKER_URL"], name="DATABASE_WORKER_URL"))
        try:
            yield made
        finally:
            _point(*before)
    with closing(server.connect()) as superuser:
        admin.drop_database(superuser, name)


def _point(*settings: dict[str, object]) -> None:
    """Every connection of this process ends first, that of its committing thread too."""
    grouping.close()
    for alias, values in zip(ALIASES, settings * (len(ALIASES) // len(settings)), strict=True):
        connections[alias].close()
        connections[alias].settings_dict |= values

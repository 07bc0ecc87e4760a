"""Databases of the tests: made by the superuser from a migrated template, so that each costs a copy only."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from django.core.management import call_command
from django.db import connections
from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier

from audit import grouping
from config import env
from config.database import admin
from vault.keys import seals

ALIASES = ("default", "audit", "owner")


def superuser(database: str) -> Connection:
    """A raw autocommit connection as superuser: what a hostile database administrator has."""
    base = os.environ["TEST_SUPERUSER_URL"].rsplit("/", 1)[0]
    connection = psycopg2.connect(f"{base}/{database}")
    connection.autocommit = True
    return connection


def point_aliases_at(name: str) -> None:
    """Make every alias of this process use database `name`."""
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def as_worker() -> Iterator[None]:
    """This process with the worker's login, as the real one has it all its life; afterwards with its own."""
    own = dict(connections["default"].settings_dict)
    login = env.postgres(os.environ["DATABASE_WORKER_URL"], name="DATABASE_WORKER_URL")
    _log_in(login["USER"], login["PASSWORD"])
    try:
        yield
    finally:
        _log_in(own["USER"], own["PASSWORD"])


def _log_in(user: str, password: str) -> None:
    """Every connection of this process ends, those of its threads too: none may outlive its login."""
    grouping.close()
    seals.close()
    for alias in ("default", "audit"):
        connections[alias].close()
        connections[alias].settings_dict |= {"USER": user, "PASSWORD": password}


def copy_of_template(name: str) -> None:
    """Create database `name` as a copy of the migrated template, which is made at the first call."""
    template = os.environ["TEST_TEMPLATE"]
    with _one_at_a_time(), closing(superuser("postgres")) as connection:
        if not admin.database_exists(connection, template):
            _make_template(connection, template)
        with connection.cursor() as cursor:
            cursor.execute(
                SQL("create database {} template {}").format(Identifier(name), Identifier(template))
            )
    with closing(superuser(name)) as connection:
        admin.settle_database(connection)


def drop(name: str) -> None:
    """Drop database `name` whoever is connected."""
    with closing(superuser("postgres")) as connection:
        admin.drop_database(connection, name)


def _make_template(connection: Connection, name: str) -> None:
    admin.make_database(connection, name)
    try:
        with closing(superuser(name)) as inside:
            admin.settle_database(inside)
            point_aliases_at(name)
            call_command("migrate", database="owner", verbosity=0)
            for alias in ALIASES:
                connections[alias].close()
            admin.install_guard(inside)
    except BaseException:
        admin.drop_database(connection, name)
        raise


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A lock across the test processes."""
    with (Path(tempfile.gettempdir()) / os.environ["TEST_TEMPLATE"]).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

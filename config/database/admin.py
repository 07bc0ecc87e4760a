"""The superuser's part of the set-up, over one autocommit connection.

The same SQL files serve the embedded server, the tests, docker-compose and an operator with psql.
"""

from collections.abc import Mapping
from pathlib import Path

from psycopg2.extensions import connection, encrypt_password
from psycopg2.sql import SQL, Identifier, Literal

HERE = Path(__file__).parent
LOGINS = ("sealroom_owner", "sealroom_web", "sealroom_worker")


def apply_roles(superuser: connection, passwords: Mapping[str, str]) -> None:
    """Make the roles, and give each login its password.

    Only the SCRAM verifier (RFC 5803) is sent, so no server log or statement view can show a password.

    Args:
        passwords: one for each of LOGINS.
    """
    _run(superuser, "roles.sql")
    with superuser.cursor() as cursor:
        for role in LOGINS:
            verifier = encrypt_password(passwords[role], role, superuser, "scram-sha-256")
            cursor.execute(SQL("alter role {} password {}").format(Identifier(role), Literal(verifier)))


def database_exists(superuser: connection, name: str) -> bool:
    """Tell whether the cluster has this database."""
    with superuser.cursor() as cursor:
        cursor.execute("select from pg_database where datname = %s", [name])
        return cursor.rowcount == 1


def make_database(superuser: connection, name: str) -> None:
    """Make an empty database; `settle_database` then gives it its rights."""
    with superuser.cursor() as cursor:
        cursor.execute(SQL("create database {}").format(Identifier(name)))


def drop_database(superuser: connection, name: str) -> None:
    """Drop a database and cut whoever is connected to it."""
    with superuser.cursor() as cursor:
        cursor.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))


def settle_database(superuser: connection) -> None:
    """Give our roles their rights in the connected database, and everybody else none."""
    _run(superuser, "database.sql")


def install_guard(superuser: connection) -> None:
    """Guard the log schema as it stands against every later change by anyone but a superuser.

    Raises:
        psycopg2.errors.RaiseException: the log does not have what it must have to be guarded.
    """
    _run(superuser, "event_trigger.sql")


def remove_guard(superuser: connection) -> None:
    """Take the guard away, for the time of a migration."""
    with superuser.cursor() as cursor:
        cursor.execute("drop schema if exists guard cascade")


def _run(superuser: connection, name: str) -> None:
    with superuser.cursor() as cursor:
        cursor.execute((HERE / name).read_text(encoding="utf-8"))

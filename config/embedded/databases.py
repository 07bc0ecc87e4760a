"""Sealroom's roles and databases on an embedded server."""

from contextlib import closing

from config.database import admin
from config.embedded.files import make_folder, secret
from config.embedded.postgres import Postgres

URL_NAMES = {
    "DATABASE_URL": "sealroom_web",
    "DATABASE_WORKER_URL": "sealroom_worker",
    "DATABASE_OWNER_URL": "sealroom_owner",
}


def create_database(server: Postgres, name: str) -> dict[str, str]:
    """Make a database with its roles, or bring an existing one's rights up to date.

    Returns:
        The three connection URLs by the name of their environment variable.
    """
    secrets = make_folder(server.home / "secrets")
    passwords = {role: secret(secrets / role) for role in admin.LOGINS}
    with closing(server.connect()) as superuser:
        admin.apply_roles(superuser, passwords)
        if not admin.database_exists(superuser, name):
            admin.make_database(superuser, name)
    with closing(server.connect(name)) as superuser:
        admin.settle_database(superuser)
    return {
        variable: server.url(role=role, password=passwords[role], database=name)
        for variable, role in URL_NAMES.items()
    }


def drop_database(server: Postgres, name: str) -> None:
    """Drop a database of the server."""
    with closing(server.connect()) as superuser:
        admin.drop_database(superuser, name)

"""`manage.py migrate` by another login than the owner's: one line, and no migration noted that never ran."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from psycopg2.extensions import connection as Connection

from config.embedded.home import CHECKOUT
from config.management.commands.migrate import Command
from tests.config.embedded.running import clean_environment, free_port

NOTED = "from django_migrations where app = 'deals' and name like '0001%'"


@pytest.fixture
def one_to_run(superuser: Connection) -> Iterator[Connection]:
    """A migration that is not noted as done."""
    with superuser.cursor() as cursor:
        cursor.execute(f"delete {NOTED} returning id, app, name, applied")
        row = cursor.fetchone()
        yield superuser
        cursor.execute(f"delete {NOTED}")
        cursor.execute("insert into django_migrations (id, app, name, applied) values %s", [row])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("login", ["default", "audit"])
def test_by_another_login_it_notes_nothing_and_names_the_command(one_to_run: Connection, login: str) -> None:
    with pytest.raises(
        CommandError, match=r"nothing was changed\. Run: manage\.py migrate --database owner$"
    ):
        call_command("migrate", database=login, verbosity=0)
    with one_to_run.cursor() as cursor:
        cursor.execute(f"select count(*) {NOTED}")
        assert cursor.fetchone() == (0,)


def test_without_a_name_it_is_the_owners() -> None:
    assert Command().create_parser("manage.py", "migrate").parse_args([]).database == "owner"


def test_without_the_owners_address_it_says_what_to_set(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/sealroom"
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database", "owner"],
        cwd=CHECKOUT,
        env=clean_environment(
            SEALROOM_HOME=str(tmp_path),
            SECRET_KEY="unused",
            DATABASE_URL=url,
            REDIS_URL="redis://127.0.0.1:1/0",
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (only,) = done.stderr.splitlines()
    assert only.startswith(
        "CommandError: The owner's login is not known; nothing was changed. Set DATABASE_OWNER_URL"
    )

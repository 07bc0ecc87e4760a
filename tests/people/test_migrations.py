"""The triggers go away and come back: migrations are reversible."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection

SQL = Path(__file__).parent.parent.parent / "people" / "migrations" / "sql"

pytestmark = pytest.mark.django_db


def _triggers(login: connection) -> set[str]:
    with login.cursor() as cursor:
        cursor.execute(
            "select tgname from pg_trigger join pg_class on pg_class.oid = tgrelid"
            " where relname like 'people_%' and not tgisinternal"
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_triggers_go_and_come_back(owner: connection) -> None:
    before = _triggers(owner)
    assert before
    owner.autocommit = False
    try:
        with owner.cursor() as cursor:
            for name in ("factors", "guards"):
                cursor.execute((SQL / f"{name}_undo.sql").read_text(encoding="utf-8"))
        assert _triggers(owner) == set()
        with owner.cursor() as cursor:
            for name in ("guards", "factors"):
                cursor.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"))
        assert _triggers(owner) == before
    finally:
        owner.rollback()

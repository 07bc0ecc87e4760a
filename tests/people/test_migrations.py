"""The triggers go away and come back: migrations are reversible."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection

SQL = Path(__file__).parent.parent.parent / "people" / "migrations" / "sql"

# As the migrations run them.
PARTS = (
    "guards",
    "delegations",
    "standing",
    "staff_sessions",
    "factors",
    "guests",
    "locks",
    "policies",
    "nda_versions",
    "training",
    "composed_roles",
    "role_limits",
    "counsel",
    "staffing",
    "doors",
    "posts",
    "pledge",
    "headcount",
    "campaigns",
    "partners",
)

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
        for part in reversed(PARTS):
            _run(owner, f"{part}_undo.sql")
        assert _triggers(owner) == set()
        for part in PARTS:
            _run(owner, f"{part}.sql")
        assert _triggers(owner) == before
    finally:
        owner.rollback()


def _run(login: connection, name: str) -> None:
    with login.cursor() as cursor:
        cursor.execute((SQL / name).read_text(encoding="utf-8"))

"""The triggers of conduct cases go away and come back: the migration is reversible."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection

import compliance.migrations

SQL = Path(compliance.migrations.__path__[0]) / "sql"

NAMES = {
    "commendation_stays",
    "conduct_evidence_stays",
    "conduct_moves",
    "conduct_text_stays",
    "conduct_voted",
}

pytestmark = pytest.mark.django_db


def _triggers(login: connection) -> set[str]:
    with login.cursor() as cursor:
        cursor.execute(
            "select tgname from pg_trigger join pg_class on pg_class.oid = tgrelid"
            " where relname similar to 'compliance_(conduct|commendation)%' and not tgisinternal"
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_triggers_go_and_come_back(owner: connection) -> None:
    before = _triggers(owner)
    assert before == NAMES
    owner.autocommit = False
    try:
        with owner.cursor() as cursor:
            cursor.execute((SQL / "conduct_down.sql").read_text(encoding="utf-8"))
        assert _triggers(owner) == set()
        with owner.cursor() as cursor:
            cursor.execute((SQL / "conduct.sql").read_text(encoding="utf-8"))
        assert _triggers(owner) == before
    finally:
        owner.rollback()

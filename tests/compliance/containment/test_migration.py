"""The triggers of cases go away and come back: the migration is reversible."""

from pathlib import Path

import pytest
from psycopg2.extensions import connection

import compliance.migrations

SQL = Path(compliance.migrations.__path__[0]) / "sql"

pytestmark = pytest.mark.django_db


def _triggers(login: connection) -> set[str]:
    with login.cursor() as cursor:
        cursor.execute(
            "select tgname from pg_trigger join pg_class on pg_class.oid = tgrelid"
            " where relname like 'compliance_incident%' and not tgisinternal"
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_triggers_go_and_come_back(owner: connection) -> None:
    before = _triggers(owner)
    assert before == {"incident_rules", "incident_clock_rules", "incident_event_stays", "incident_lock_stays"}
    owner.autocommit = False
    try:
        with owner.cursor() as cursor:
            cursor.execute((SQL / "containment_down.sql").read_text(encoding="utf-8"))
        assert _triggers(owner) == set()
        with owner.cursor() as cursor:
            cursor.execute((SQL / "containment.sql").read_text(encoding="utf-8"))
        assert _triggers(owner) == before
    finally:
        owner.rollback()

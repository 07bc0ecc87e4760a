"""The numbered system checks of the log."""

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, transaction
from psycopg2.extensions import connection as Connection

from audit import state
from audit.checks import check_log
from audit.partitions import add_partitions

pytestmark = pytest.mark.django_db


def test_the_test_database_passes() -> None:
    assert check_log(databases=["default"]) == []
    assert check_log(databases=None) == []


def test_a_superuser_or_an_owner_as_login_is_an_error(
    superuser: Connection, owner: Connection, web: Connection
) -> None:
    assert any("is a superuser" in power for power in state.login_powers(superuser.cursor()))
    powers = state.login_powers(owner.cursor())
    assert any("owns something" in power for power in powers)
    assert any("member of sealroom_log" in power for power in powers)
    assert state.login_powers(web.cursor()) == []


def test_a_missing_trigger_guard_or_month_is_seen(superuser: Connection) -> None:
    superuser.autocommit = False
    cursor = superuser.cursor()
    cursor.execute("set local lock_timeout = '10s'; drop schema guard cascade")
    assert not state.has_guard(cursor)
    cursor.execute("alter table log.entry disable trigger chain")
    assert ("log.entry", "chain") in state.missing_triggers(cursor)
    superuser.rollback()
    assert state.missing_months(cursor, datetime(2100, 12, 5, tzinfo=UTC), ahead=1) == [
        "log.entry_210012",
        "log.entry_210101",
    ]
    superuser.rollback()


def test_months_run_over_the_end_of_the_year() -> None:
    months = state.months_from(datetime(2026, 11, 21, tzinfo=UTC), ahead=3)
    assert [f"{month:%Y-%m-%d}" for month in months] == [
        "2026-11-01",
        "2026-12-01",
        "2027-01-01",
        "2027-02-01",
    ]
    assert f"{state.months_from(datetime(2026, 12, 1, tzinfo=UTC), ahead=0)[0]:%Y%m}" == "202612"


def test_partitions_that_are_there_are_left_alone(worker: Connection) -> None:
    with worker.cursor() as cursor:
        for month in state.months_from(datetime.now(UTC), ahead=state.MONTHS_AHEAD):
            cursor.execute("select log.add_partition(%s)", [month.date()])
            assert cursor.fetchone() == (False,)


def test_the_web_login_makes_no_partition() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        add_partitions()

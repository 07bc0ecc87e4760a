"""Who holds the tree up, and that nobody is blamed while it keeps up."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.tree import watching
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import write


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has waited at all has waited too long."""
    monkeypatch.setattr(watching, "STALLED", timedelta(0))
    monkeypatch.setattr(watching, "NEVER_BEGUN", timedelta(0))


def test_an_idle_writer_of_another_database_is_found_with_all_that_names_it(
    house: House, no_patience: None
) -> None:
    began = timezone.now()
    with closing(house.server.connect("postgres")) as other, other.cursor() as cursor:
        cursor.execute("begin; select pg_backend_pid(), pg_current_xact_id()::text::bigint")
        [(pid, xact)] = cursor.fetchall()
        write(house)
        sequence()
        found = watching.stall()
        assert found is not None
        [holder] = found.holders
        assert (holder.pid, holder.xact) == (pid, xact)
        assert (holder.login, holder.database) == ("postgres", "postgres")
        assert holder.since is not None
        assert began <= holder.since <= found.since <= timezone.now()
        cursor.execute("rollback")
    sequence()
    assert watching.stall() is None


def test_the_web_login_sees_the_same(house: House) -> None:
    """The day's page is drawn by the web process; a login of its own, too, is named to it."""
    with house.session("worker", autocommit=False) as worker, worker.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()")
        [row] = house.ask("select login, database, since is not null from log.holders()", login="web")
    assert row == ("sealroom_worker", house.name, True)


def test_a_sequencer_that_does_not_run_leaves_nobody_to_name(house: House, no_patience: None) -> None:
    assert watching.stall() is None  # an empty log waits for nothing
    write(house)
    found = watching.stall()
    assert found is not None
    assert found.holders == ()
    sequence()
    assert watching.stall() is None
    write(house)
    assert watching.stall() is not None


def test_nobody_is_told_before_the_time(house: House) -> None:
    write(house)
    assert watching.stall() is None
    sequence()
    write(house)
    assert watching.stall() is None


def test_a_comparison_names_what_differs(house: House) -> None:
    ids = write(house, 4)
    sequence()
    write(house)  # waits for the next round: no difference
    assert watching.compare() == watching.Comparison(4, 0, 0, (), ())
    with house.session() as superuser, superuser.cursor() as cursor:
        for table in ("leaf", "entry"):
            cursor.execute(f"alter table log.{table} disable trigger user")
        cursor.execute("delete from log.leaf where index = 1")
        cursor.execute("delete from log.entry where id = %s", [str(ids[2])])
    assert watching.compare() == watching.Comparison(3, 1, 1, (ids[1],), (ids[2],))

"""Who keeps the sequencer's lock is found, whatever login took it and however."""

from datetime import timedelta

import pytest
from django.utils import timezone
from psycopg2.errors import InsufficientPrivilege

from audit.tree import locking, watching
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import write

KEY = 5495863205637616740
NO_STALL = watching.Stall(timezone.now(), ())


@pytest.mark.parametrize("login", ["web", "worker", "owner", "superuser"])
@pytest.mark.parametrize("how", ["pg_advisory_lock", "pg_advisory_xact_lock", "pg_advisory_lock_shared"])
def test_attack_whoever_takes_the_lock_keeps_the_tree_waiting_and_is_named(
    house: House, login: str, how: str
) -> None:
    write(house)
    began = timezone.now()
    with (
        house.session(login, autocommit=how != "pg_advisory_xact_lock") as session,
        session.cursor() as cursor,
    ):
        cursor.execute(f"select pg_backend_pid(), session_user, {how}(%s)", [KEY])
        pid, name, _ = cursor.fetchone()
        assert sequence() is None
        [holder] = locking.blamed(NO_STALL)
        assert (holder.pid, holder.login, holder.database) == (pid, name, house.name)
        assert holder.since is not None
        assert holder.began is not None
        assert began - timedelta(seconds=5) <= holder.began <= holder.since <= timezone.now()
        session.rollback()
        cursor.execute("select pg_advisory_unlock_all()")  # before the session ends, which takes its time
        session.rollback()
        assert locking.blamed(NO_STALL) == ()
        assert sequence() is not None


def test_the_web_login_sees_who_it_is(house: House) -> None:
    with house.session("worker") as worker, worker.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [KEY])
        [row] = house.ask("select login, since is not null from log.lock_holders()", login="web")
    assert row == ("sealroom_worker", True)
    with pytest.raises(InsufficientPrivilege):
        house.ask("select * from log.lock_holders()", login="owner")


def test_other_locks_and_other_databases_are_none_of_it(house: House) -> None:
    with house.session("worker") as worker, worker.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_lock(%s), pg_advisory_lock(%s, %s)", [KEY + 1, KEY >> 32, KEY % 2**32 - 2**32]
        )
        with house.server.connect("postgres") as other, other.cursor() as elsewhere:
            elsewhere.execute("select pg_advisory_lock(%s)", [KEY])
            assert locking.lock_holders() == ()
        other.close()


def test_a_round_under_way_is_not_blamed_beside_a_transaction_that_is_waited_for(house: House) -> None:
    waited_for = watching.Holder(1, 1, "reports", "accounts", timezone.now())
    stalled = watching.Stall(timezone.now(), (waited_for,))
    with house.session("worker", autocommit=False) as worker, worker.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [KEY])
        assert locking.blamed(stalled) == ()
        assert len(locking.blamed(NO_STALL)) == 1


def test_attack_who_has_had_it_for_long_is_named_beside_that_transaction(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "STALLED", timedelta(0))
    stalled = watching.Stall(timezone.now(), (watching.Holder(1, 1, "reports", "accounts", timezone.now()),))
    with house.session("web") as web, web.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [KEY])
        [holder] = locking.blamed(stalled)
    assert holder.login == "sealroom_web"

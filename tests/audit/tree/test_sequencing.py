"""Every committed entry gets one leaf, in an order that never changes, whatever commits late or never."""

import random
import time
from contextlib import closing
from threading import Thread
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db import DatabaseError

from audit.merkle import hashing
from audit.tree import store, watching
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import INSERT, entry_ids, leaves, write


def test_an_entry_is_taken_when_it_is_committed(house: House) -> None:
    [one] = write(house)
    done = sequence()
    assert done is not None
    assert (done.added, done.size) == (1, 1)
    assert leaves(house) == [one]
    again = sequence()
    assert again is not None
    assert (again.added, again.size, again.root) == (0, 1, None)


def test_late_commits_are_not_lost_and_rollbacks_leave_no_gap(house: House) -> None:
    """An earlier transaction that commits after a later one: a bookmark by id or time would pass it by."""
    with house.session("web", autocommit=False) as early, house.session("web", autocommit=False) as undone:
        with early.cursor() as cursor:
            cursor.execute(INSERT, [first := str(uuid4())])
        with undone.cursor() as cursor:
            cursor.execute(INSERT, [str(uuid4())])
        [later] = write(house)
        assert sequence().added == 0  # type: ignore[union-attr]
        undone.rollback()
        assert sequence().added == 0  # type: ignore[union-attr]
        early.commit()
    assert sequence().added == 2  # type: ignore[union-attr]
    assert leaves(house) == [UUID(first), later]


def test_an_open_transaction_in_another_database_holds_the_tree_up_and_is_named(house: House) -> None:
    with closing(house.server.connect("postgres")) as other, other.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [(pid,)] = cursor.fetchall()
        cursor.execute("begin; select pg_current_xact_id()")
        ids = write(house, 3)
        assert sequence().added == 0  # type: ignore[union-attr]
        [holder] = watching.holders()
        assert (holder.pid, holder.login, holder.database) == (pid, "postgres", "postgres")
        assert holder.since is not None
        cursor.execute("rollback")
    assert watching.holders() == ()
    assert sequence().added == 3  # type: ignore[union-attr]
    assert leaves(house) == ids


def test_a_reader_holds_nothing_up(house: House) -> None:
    with house.session(autocommit=False) as reader, reader.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read; select count(*) from log.entry")
        write(house)
        assert sequence().added == 1  # type: ignore[union-attr]


def test_many_writers_with_rollbacks_and_late_commits_while_it_runs(house: House) -> None:
    """Every committed entry has one leaf, and what was a prefix of the order stays one."""
    committed: list[UUID] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        with house.session("web", autocommit=False) as connection, connection.cursor() as cursor:
            for _ in range(40):
                made = [uuid4() for _ in range(chance.randint(1, 5))]
                for one in made:
                    cursor.execute(INSERT, [str(one)])
                    if chance.random() < 0.2:
                        cursor.execute("select pg_sleep(0.01)")
                if chance.random() < 0.3:
                    connection.rollback()
                else:
                    connection.commit()
                    committed.extend(made)

    writers = [Thread(target=work, args=[seed]) for seed in range(12)]
    for writer in writers:
        writer.start()
    prefix: list[UUID] = []
    while any(writer.is_alive() for writer in writers):
        sequence()
        now = leaves(house)
        assert now[: len(prefix)] == prefix
        prefix = now
    for writer in writers:
        writer.join()
    sequence()
    assert leaves(house)[: len(prefix)] == prefix
    assert sorted(leaves(house)) == sorted(committed) == sorted(entry_ids(house))
    found = watching.compare()
    assert (found.leaves, found.differ) == (len(committed), 0)


def test_two_sequencers_at_once_do_no_harm(house: House) -> None:
    """Rounds of raw sessions against those of this process, while entries come."""

    def rounds() -> None:
        with house.session("worker") as connection, connection.cursor() as cursor:
            for _ in range(60):
                cursor.execute("select * from log.sequence(7)")

    others = [Thread(target=rounds) for _ in range(2)]
    for other in others:
        other.start()
    ids = []
    for _ in range(40):
        ids += write(house, 5)
        sequence()
    for other in others:
        other.join()
    while sequence().added:  # type: ignore[union-attr]
        pass
    assert leaves(house) == ids
    head = store.head()
    assert head is not None
    assert head.root == store.root_at(head.size)


def test_a_round_that_another_has_under_way_is_left_to_it(house: House) -> None:
    with house.session("worker", autocommit=False) as other, other.cursor() as cursor:
        cursor.execute("select * from log.sequence(10)")
        assert sequence() is None
        other.rollback()
        assert sequence() is not None


def test_a_round_takes_at_most_what_it_may_and_the_next_goes_on(house: House) -> None:
    ids = write(house, 10)
    with house.session("worker") as connection, connection.cursor() as cursor:
        for expected in ((4, 4), (4, 8), (2, 10), (0, 10)):
            cursor.execute("select added, grown from log.sequence(4)")
            assert cursor.fetchone() == expected
    assert leaves(house) == ids


def test_an_older_epoch_comes_first_whatever_its_transactions_say(house: House) -> None:
    """A log restored into a cluster that counts its transactions from the beginning."""
    before = write(house, 3)
    sequence()
    late = write(house, 2)  # of the old epoch, and not sequenced before the restore
    _restore_with_ids_from_the_future(house, late)
    after = write(house, 2)
    assert sequence().added == 4  # type: ignore[union-attr]
    assert leaves(house) == [*before, *late, *after]
    assert house.ask("select epoch from log.head order by size") == [(1,), (2,)]
    [newest] = write(house)
    assert sequence().added == 1  # type: ignore[union-attr]
    assert leaves(house)[7:] == [newest]
    assert watching.compare().differ == 0


def _restore_with_ids_from_the_future(house: House, entries: list[UUID]) -> None:
    from django.db import connections

    from audit import grouping

    with house.session() as superuser, superuser.cursor() as cursor:
        cursor.execute("alter table log.entry disable trigger refuse_change")
        cursor.execute(
            "update log.entry set xact = '9000000000' where id = any(%s::uuid[])", [list(map(str, entries))]
        )
        cursor.execute("alter table log.entry enable always trigger refuse_change")
    with house.session("owner") as owner, owner.cursor() as cursor:
        with pytest.raises(psycopg2.errors.ObjectInUse):
            cursor.execute("select log.raise_epoch()")  # this process is connected
        grouping.close()
        connections["default"].close()
        ours = "select 1 from pg_stat_activity where datname = %s and usename like 'sealroom_w%%'"
        while house.ask(ours, house.name):  # the server ends a session after its client has gone
            time.sleep(0.01)
        cursor.execute("select log.raise_epoch()")
        assert cursor.fetchone() == (2,)


def test_transaction_ids_that_began_anew_are_noticed(house: House) -> None:
    """Without a raised epoch, new entries would sort before old ones and never be taken."""
    write(house)
    sequence()
    with house.session() as superuser, superuser.cursor() as cursor:
        cursor.execute("alter table log.head disable trigger refuse_change")
        cursor.execute("update log.head set xact = '9000000000'")
    write(house)
    with pytest.raises(DatabaseError, match="raise the epoch"):
        sequence()


def test_partitions_of_leaves_are_made_as_the_tree_grows(house: House) -> None:
    """A head that says that the first range is nearly full."""
    write(house)
    sequence()
    assert house.ask("select to_regclass('log.leaf_1')") == [(None,)]
    with house.session() as superuser, superuser.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(
            "insert into log.head select 1048000, root, epoch, xact, entry_at, entry from log.head"
        )
    assert sequence().added == 0  # type: ignore[union-attr]
    assert house.ask("select to_regclass('log.leaf_1')::text") == [("log.leaf_1",)]
    with house.session("owner") as owner, owner.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        with pytest.raises(psycopg2.errors.RaiseException, match="come next"):
            cursor.execute("select log.add_leaf_partition(9)")


def test_a_tree_with_holes_does_not_grow(house: House) -> None:
    """A superuser took a leaf out of the last, partial tile: the next round fails, and says so."""
    write(house, 5)
    sequence()
    with house.session() as superuser, superuser.cursor() as cursor:
        cursor.execute("alter table log.leaf disable trigger refuse_change")
        cursor.execute("delete from log.leaf where index = 2")
    write(house)
    with pytest.raises(DatabaseError, match="lost hashes of level 0"):
        sequence()
    assert house.ask("select max(size) from log.head") == [(5,)]


def test_leaves_are_hashes_of_the_stored_bytes(house: House) -> None:
    write(house, 3)
    sequence()
    rows = house.ask(
        "select l.hash, e.leaf from log.leaf l join log.entry e on e.id = l.entry and e.at = l.at"
    )
    assert len(rows) == 3
    assert all(bytes(made) == hashing.leaf_hash(bytes(leaf)) for made, leaf in rows)  # type: ignore[call-overload]

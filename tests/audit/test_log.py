"""Writing entries: with the change, before the read, in spite of the rollback (invariants 1 and 5)."""

from collections.abc import Callable
from threading import Thread
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier

from audit import grouping
from audit.entry import Entry, SealedDetail, Stamped, split
from audit.ids import uuid7
from audit.log import LogUnavailable, record_change, record_read, record_read_many, record_refusal
from audit.models import LogEntry
from audit.origin import NoOrigin, Origin, acting_as, current_origin
from audit.rows import row
from tests.audit.conftest import entry

Written = Callable[[], list[LogEntry]]


@pytest.mark.django_db
def test_a_read_is_committed_with_all_that_it_states(written: Written, origin: Origin) -> None:
    stated = entry(detail=SealedDetail(sealed=b"sealed", key=7))
    entry_id = record_read(stated)
    (row,) = written()
    assert (row.id, row.actor, row.session, row.network) == (
        entry_id,
        origin.actor,
        origin.session,
        origin.network,
    )
    assert (row.action, row.result, row.purpose, row.reason) == (
        "session.sign_in",
        "done",
        "sale",
        "follow_up",
    )
    assert (tuple(row.subjects), tuple(row.fields), tuple(row.keys)) == (
        stated.subjects,
        stated.fields,
        stated.keys,
    )
    assert (row.object_id, row.deal) == (stated.object_id, stated.deal)
    assert (bytes(row.detail or b""), row.detail_key) == (b"sealed", 7)


@pytest.mark.django_db(transaction=True)
def test_i5_a_change_and_its_entry_are_one_transaction(written: Written) -> None:
    rolled_back(record_change)
    assert written() == []
    with transaction.atomic():
        entry_id = record_change(entry())
        assert written() == []
    assert [row.id for row in written()] == [entry_id]


@pytest.mark.django_db(transaction=True)
def test_i5_a_change_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_change(entry())


@pytest.mark.django_db(transaction=True)
def test_i5_a_refusal_survives_the_rollback_of_its_request(written: Written) -> None:
    rolled_back(record_refusal)
    assert [row.result for row in written()] == ["refused"]


@pytest.mark.django_db(transaction=True)
def test_a_chain_has_no_gap_after_a_rollback_or_a_savepoint(written: Written) -> None:
    with transaction.atomic():
        record_change(entry())
        rolled_back(record_change)
        record_change(entry())
    rolled_back(record_change)
    with transaction.atomic():
        record_change(entry())
    rows = written()
    assert len({row.writer for row in rows}) == 1
    assert [row.seq - rows[0].seq for row in rows] == [0, 1, 2]


@pytest.mark.django_db
def test_a_large_read_is_many_entries_of_one_request(written: Written) -> None:
    parts = [(uuid7(), (number,)) for number in range(1, 2501)]
    ids = record_read_many(list(split(entry(), parts)))
    rows = written()
    assert {row.id for row in rows} == set(ids)
    assert {subject for row in rows for subject in row.subjects} == {subject for subject, _ in parts}


@pytest.mark.django_db
def test_eight_threads_write_at_once_and_none_is_lost(written: Written, origin: Origin) -> None:
    ids: list[object] = []

    def write() -> None:
        with acting_as(origin):
            ids.extend(record_read(entry()) for _ in range(50))

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row.id for row in written()} == set(ids)
    assert len(ids) == 400


def test_nobody_acting_is_an_error() -> None:
    found: list[type[BaseException]] = []

    def ask() -> None:
        try:
            current_origin()
        except NoOrigin as error:
            found.append(type(error))

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [NoOrigin]


@pytest.mark.django_db
def test_an_unattributed_entry_carries_no_origin() -> None:
    with acting_as(Origin()):
        entry_id = record_read(entry())
    row = LogEntry.objects.get(id=entry_id)
    assert (row.actor, row.on_behalf_of, row.session, row.request, row.network) == (None,) * 5


@pytest.mark.django_db
def test_i1_a_log_that_does_not_answer_in_time_makes_the_read_fail(superuser: Connection) -> None:
    record_read(entry())
    with superuser.cursor() as cursor:
        cursor.execute("begin; lock table log.entry in access exclusive mode")
        with pytest.raises(LogUnavailable):
            grouping.submit([row(Stamped(entry(), current_origin()))], timeout=0.2)
        cursor.execute("rollback")
    record_read(entry())


@pytest.mark.django_db
def test_i1_a_lost_database_makes_the_read_fail_and_the_next_one_reconnects(superuser: Connection) -> None:
    record_read(entry())
    connections["audit"].close()
    connection.ensure_connection()
    database = Identifier(superuser.info.dbname)
    with superuser.cursor() as cursor:
        cursor.execute(SQL("alter database {} connection limit 0").format(database))
        try:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'sealroom_web' and datname = current_database() and pid <> %s",
                [connection.connection.info.backend_pid],
            )
            for _ in range(2):
                with pytest.raises(LogUnavailable):
                    record_read(entry())
        finally:
            cursor.execute(SQL("alter database {} connection limit -1").format(database))
    record_read(entry())


@pytest.mark.django_db
def test_entries_refuse_to_be_changed_through_the_orm() -> None:
    row = LogEntry.objects.get(id=record_read(entry()))
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        LogEntry.objects.filter(id=row.id).update(reason="other")
    with pytest.raises(TypeError):
        LogEntry.objects.filter(id=row.id).delete()
    with pytest.raises(TypeError):
        LogEntry.objects.create(id=uuid7())


def rolled_back(record: Callable[[Entry], UUID]) -> None:
    """Record inside a transaction, or savepoint, that is then rolled back."""
    with transaction.atomic():
        record(entry())
        transaction.set_rollback(True)

"""What holds the tree up, and what it lacks, is told to officers and kept in the log.

The horizon is the cluster's, and the other test process holds it up, too: `watching` is tested in a cluster
of its own (tests/audit/tree).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override
from psycopg2.extensions import connection as Connection

from audit.actions import Action, Result
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.tree import locking, watching
from compliance.tree import alarms, tasks
from compliance.tree.today import due, standing
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from tests.audit.tree.writing import INSERT
from tests.cast import cast
from tests.compliance.sequenced import emptied

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def begun(superuser: Connection) -> Iterator[Connection]:
    """A tree with a head, behind which everything that this test writes waits; gone afterwards."""
    emptied(superuser)
    with superuser.cursor() as cursor:
        cursor.execute(
            "insert into log.head (size, root, epoch, xact, entry_at, entry)"
            " values (1, sha256(''), 1, pg_current_xact_id(), now(), gen_random_uuid())"
        )
    yield superuser
    emptied(superuser)


def written(connection: Connection) -> UUID:
    one = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [str(one)])
    return one


@pytest.fixture
def people(begun: Connection) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


def labels(user: User) -> list[str]:
    with override("en"):
        return [str(item.label) for item in due(user) if item.count]


def stalls() -> list[LogEntry]:
    return list(LogEntry.objects.filter(object_id=alarms.TREE, action=Action.LOG_STALL).order_by("at"))


SINCE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WRITER = watching.Holder(xact=77, pid=4711, login="reports", database="Accounts", since=SINCE)
LOCK = locking.LockHolder(pid=4712, login="sealroom_web", database="sealroom", since=SINCE, began=SINCE)
PREPARED = watching.Holder(xact=77, pid=None, login="reports", database="accounts", since=None)


def test_who_holds_the_tree_up_is_told_once_in_the_log(people: SimpleNamespace) -> None:
    """`watching.stall` finds them (tests/audit/tree/test_watching.py); a name that is no code stays out."""
    before = len(stalls())
    with acting_as(Origin(actor=SYSTEM_ID)):
        for holder in (WRITER, WRITER, PREPARED, PREPARED, WRITER):
            alarms.tell(watching.Stall(SINCE, (holder,)))
    told = stalls()[before:]
    assert [entry.fields for entry in told] == [
        ["xact-77", "pid-4711", "login-reports"],
        ["xact-77", "pid-0", "login-reports", "database-accounts"],
        ["xact-77", "pid-4711", "login-reports"],
    ]
    assert {(entry.actor, entry.result) for entry in told} == {(SYSTEM_ID, Result.FAILED)}


def test_the_day_names_process_login_database_and_since_when() -> None:
    with override("en"):
        writer, prepared = standing(watching.Stall(SINCE, (WRITER, PREPARED)), ())
        [idle] = standing(watching.Stall(SINCE, ()), ())
    moment = "Nov. 22, 2026, 5:30 p.m."
    assert writer.endswith(f": process 4711, login reports, database Accounts, since {moment}")
    assert prepared.endswith(
        ": process none, it was prepared and left, login reports, database accounts, since unknown"
    )
    assert idle == f"New log entries have waited for the sequencer since {moment}: does it run?"


def test_who_has_the_lock_is_told_once_a_session_beside_the_transactions(people: SimpleNamespace) -> None:
    """Neither kind hides the other: told in turn, as each second does, each is told once."""
    before, later = len(stalls()), replace(LOCK, began=SINCE + timedelta(seconds=9))
    writer = replace(WRITER, xact=78)
    with acting_as(Origin(actor=SYSTEM_ID)):
        for holder in (LOCK, replace(LOCK, since=SINCE + timedelta(hours=1)), later):
            for _ in range(2):
                alarms.tell(watching.Stall(SINCE, (writer,)))
                alarms.tell_lock((holder,))
    session = int(SINCE.timestamp())
    assert [entry.fields for entry in stalls()[before:]] == [
        ["xact-78", "pid-4711", "login-reports"],
        ["lock", "pid-4712", f"session-{session}", "login-sealroom_web", "database-sealroom"],
        ["lock", "pid-4712", f"session-{session + 9}", "login-sealroom_web", "database-sealroom"],
    ]


def test_the_day_names_who_has_the_lock() -> None:
    with override("en"):
        [told] = standing(watching.Stall(SINCE, ()), (LOCK,))
        both = standing(watching.Stall(SINCE, (WRITER,)), (LOCK,))
    assert told == (
        "New log entries wait for the sequencer's lock, which somebody has: process 4712, login sealroom_web,"
        " database sealroom, since Nov. 22, 2026, 5:30 p.m."
    )
    assert both[1] == told
    assert len(both) == 2


def test_attack_a_login_that_keeps_the_lock_is_named_to_officers_and_in_the_log(
    begun: Connection, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "STALLED", timedelta(0))
    monkeypatch.setattr(locking, "STALLED", timedelta(0))
    written(begun)
    before = len(stalls())
    with begun.cursor() as cursor, acting_as(Origin(actor=SYSTEM_ID)):
        cursor.execute("select pg_backend_pid(), pg_advisory_lock(5495863205637616740)")
        pid = cursor.fetchone()[0]
        try:
            [label] = [one for one in labels(people.otto) if "sequencer's lock" in one]
            alarms.watch()
            alarms.watch()
        finally:
            cursor.execute("select pg_advisory_unlock(5495863205637616740)")
    assert f": process {pid}, login postgres, database " in label
    [told] = [entry for entry in stalls()[before:] if entry.fields[0] == "lock"]
    assert told.fields[1] == f"pid-{pid}"
    assert not [one for one in labels(people.otto) if "sequencer's lock" in one]


def test_officers_and_nobody_else_are_told_that_the_tree_stands_still(
    begun: Connection, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has waited at all has waited too long here, and no sequencer runs in the tests."""
    written(begun)
    assert not [label for label in labels(people.otto) if label.startswith("New log entries")]
    monkeypatch.setattr(watching, "STALLED", timedelta(0))
    assert [label for label in labels(people.otto) if label.startswith("New log entries")]
    assert labels(people.ming) == []
    before = len(stalls())
    with acting_as(Origin(actor=SYSTEM_ID)):
        alarms.watch()
    found = watching.stall()
    assert found is not None
    assert found.since <= timezone.now()
    assert len(stalls()) - before <= len(found.holders) + 1


def test_the_nightly_comparison_names_what_is_missing_and_what_is_strange(
    begun: Connection, people: SimpleNamespace
) -> None:
    one, strange = written(begun), uuid4()
    with begun.cursor() as cursor:
        cursor.execute("insert into log.leaf select 0, %s, now(), sha256('')", [str(strange)])
        cursor.execute(  # a head behind which the entry lies, though no round took it
            "insert into log.head (size, root, epoch, xact, entry_at, entry)"
            " select 2, sha256(''), 1, xact, at, id from log.entry where id = %s",
            [str(one)],
        )
    tasks.compare()
    entry = alarms.last_comparison()
    assert entry is not None
    assert (entry.actor, entry.result) == (SYSTEM_ID, Result.FAILED)
    assert "strange-1" in entry.fields
    assert f"strange.{strange}" in entry.fields
    found = watching.compare()
    assert found.missing == LogEntry.objects.filter(at__lte=LogEntry.objects.get(pk=one).at).count()
    assert "Log entries and the log's tree do not agree" in labels(people.otto)

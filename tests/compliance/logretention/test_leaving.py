"""From the night's look to the month that has left: who must agree, what is checked, what stays provable."""

import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, Result
from audit.checkpoints import keys
from audit.merkle.hashing import leaf_hash
from audit.merkle.proofs import verify_inclusion
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from audit.tree import store as tree
from compliance.anomalies.models import Finding
from compliance.logretention import bundles, tasks
from compliance.logretention.models import LogMonth, Trouble
from compliance.logretention.today import due
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import CannotCarryOut
from people.approvals.services import NotDecidable, open_preview
from tests import databases
from tests.compliance.logretention.conftest import AddMonths
from tests.compliance.logretention.doing import agreed, asked, night, worked
from tests.compliance.proofs.signed import signed
from tests.conftest import DATABASE
from tests.databases import as_worker

PROGRAM = Path(__file__).parents[3] / "tools" / "verify_evidence.py"
DUE = "Months of the log that are due to leave the database"
AMISS = "Months of the log whose bundle is missing or that did not leave"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture(autouse=True)
def _queue_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is run by the test, with the worker's login."""
    monkeypatch.setattr(tasks.leave, "delay", lambda code: None)


def there(month: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"log.entry_{month:%Y%m}"])
        return bool(cursor.fetchone()[0])


def counts(user: Any) -> dict[str, int]:
    return {str(one.label): one.count for one in due(user)}


def test_a_month_leaves_after_two_officers_and_stays_provable(
    people: dict[str, Any],
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    archive: Path,
) -> None:
    [first, second] = old(5, 4)
    night(superuser, monkeypatch)
    row = LogMonth.objects.get(pk=first)
    assert (row.entries, row.kept, row.trouble) == (5, {}, "")
    assert bundles.is_intact(row)
    assert bundles.path_of(row).stat().st_mode & 0o777 == 0o600
    assert counts(people["olivia"])[DUE] == 2
    head = tree.head()
    assert head is not None
    gone = LogEntry.objects.filter(at__lt=f"{second}T00:00Z").order_by("at")[2]
    index = tree.index_of(gone.pk)
    assert index is not None
    request = asked(people["olivia"], first)
    assert counts(people["otto"])[DUE] == 1
    assert agreed(people["otto"], request).state == State.CARRIED_OUT
    assert there(first)
    row = worked(superuser, monkeypatch, first)
    assert (row.trouble, there(first), there(second)) == ("", False, True)
    assert row.left_at is not None
    left = last_drop()
    assert (left.actor, left.result) == (people["otto"].pk, Result.DONE)
    assert left.fields[:3] == [f"month.{row.code}", "entries-5", bytes(row.bundle or b"").hex()]
    # Proved as before, against the tree of before: the leaf comes from the bundle.
    with zipfile.ZipFile(bundles.path_of(row)) as bundle:
        lines = bundle.read("entries.jsonl").splitlines()
    [line] = [one for one in lines if str(gone.pk).encode() in one]
    proof = tree.inclusion(index, head.size)
    assert verify_inclusion(leaf_hash(line), index, head.size, proof, head.root)
    assert verified(bundles.path_of(row)) == 0


def last_drop() -> LogEntry:
    """The log outlives a test."""
    return LogEntry.objects.filter(action=Action.LOG_DROP).latest("at")


def verified(path: Path) -> int:
    """The exit code of the program that outsiders use."""
    given = [one for key in keys.load().public() for one in ("--key", key.vkey())]
    command = [sys.executable, "-I", str(PROGRAM), str(path), *given]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_a_month_that_is_not_old_enough_is_neither_looked_at_nor_bundled(
    old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [month] = old(2, oldest=36)
    night(superuser, monkeypatch)
    row = LogMonth.objects.get(pk=month)
    assert (row.entries, row.kept, row.bundle) == (2, None, None)


def test_asking_is_for_officers_and_for_months_that_are_ready(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first, second] = old(2, 2)
    with pytest.raises(Refused):
        asked(people["olivia"], first)
    night(superuser, monkeypatch)
    for person in ("aud", "ming"):
        with pytest.raises(Refused):
            asked(people[person], first)
    harmed(LogMonth.objects.get(pk=second), "missing")
    with pytest.raises(CannotCarryOut):
        asked(people["olivia"], second)


def test_nobody_lets_a_month_go_alone(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    request = asked(people["olivia"], month)
    for person in ("olivia", "aud"):
        with pytest.raises(NotDecidable):
            agreed(people[person], request)
    assert LogMonth.objects.get(pk=month).ordered is None


@pytest.mark.parametrize("harm", ["missing", "longer"])
def test_a_file_that_is_not_in_its_place_voids_the_request(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    request = asked(people["olivia"], month)
    harmed(LogMonth.objects.get(pk=month), harm)
    with acting_as(Origin(actor=people["otto"].pk)):
        assert open_preview(actor=people["otto"], request=request) is None
    assert ApprovalRequest.objects.get(pk=request.pk).state == State.VOID


def harmed(row: LogMonth, harm: str) -> None:
    path = bundles.path_of(row)
    if harm == "missing":
        path.unlink()
    elif harm == "longer":
        path.write_bytes(path.read_bytes() + b"more")
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


@pytest.mark.parametrize("harm", ["missing", "longer", "edited"])
def test_attack_the_bundle_is_harmed_after_the_order(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """Nothing leaves; officers are told; the next night makes a bundle anew."""
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    harmed(LogMonth.objects.get(pk=month), harm)
    row = worked(superuser, monkeypatch, month)
    assert (there(month), row.ordered, row.trouble) == (True, None, Trouble.FILE_GONE)
    failed = last_drop()
    assert (failed.result, failed.reason) == (Result.FAILED, Trouble.FILE_GONE)
    told = counts(people["olivia"])
    assert told[AMISS] == 1
    night(superuser, monkeypatch)
    row = LogMonth.objects.get(pk=month)
    assert row.is_ready
    assert bundles.is_intact(row)


def test_what_must_stay_after_all_voids_the_order(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    entry = LogEntry.objects.order_by("at").values_list("pk", flat=True)[0]
    found(entry)
    row = worked(superuser, monkeypatch, month)
    assert (there(month), row.ordered, row.trouble) == (True, None, Trouble.KEPT)
    night(superuser, monkeypatch)
    assert LogMonth.objects.get(pk=month).kept == {"finding": [1, 1]}


def found(entry: UUID) -> None:
    Finding.objects.create(
        rule="denied_burst",
        version=0,
        about="house",
        day=date(2026, 11, 20),
        measure=12,
        limit=10,
        entries=[entry],
        entry_count=1,
        last_at=timezone.now(),
    )


@pytest.mark.parametrize(
    "edit",
    ["leaf = 'other'", "subjects = '{11111111-1111-4111-8111-111111111111}'", "link = sha256('other')"],
)
def test_attack_an_entry_is_edited_between_order_and_drop(
    people: dict[str, Any],
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    edit: str,
) -> None:
    """Its leaf; a column, from which the grounds are read; its place in the chain."""
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    name = f"log.entry_{month:%Y%m}"
    with superuser.cursor() as cursor:
        cursor.execute(f"alter table {name} disable trigger user; update {name} set {edit}")
    row = worked(superuser, monkeypatch, month)
    assert (there(month), row.trouble) == (True, Trouble.REFUSED)


def test_until_a_checkpoint_holds_the_order_the_month_waits(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    with as_worker():
        tasks.leave(f"{month:%Y-%m}")
    row = LogMonth.objects.get(pk=month)
    assert (there(month), row.trouble, row.ordered is not None) == (True, "", True)
    assert worked(superuser, monkeypatch, month).left_at is not None


def test_what_a_killed_job_left_of_a_bundle_is_replaced(
    old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    """Killed between the file's name and its note, the file is there and no row knows it."""
    [month] = old(2)
    archive.mkdir()
    (archive / f"sealroom-log-{month:%Y-%m}.zip").write_bytes(b"half of it")
    night(superuser, monkeypatch)
    row = LogMonth.objects.get(pk=month)
    assert row.is_ready
    assert bundles.is_intact(row)
    assert [path.name for path in archive.iterdir()] == [row.file_name]


_WAITING = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock' and query like 'select log.drop_month%'
"""


def test_a_worker_killed_at_the_drop_leaves_nothing_half_done(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has recorded the month and waits for the log when its session dies: all of it goes, and the next one
    begins anew."""
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    signed(superuser, monkeypatch)
    over, locked = threading.Event(), threading.Event()

    def kill() -> None:
        with (
            closing(databases.superuser(DATABASE)) as reader,
            closing(databases.superuser(DATABASE)) as killer,
        ):
            reader.autocommit = False
            with reader.cursor() as reading, killer.cursor() as killing:
                reading.execute("lock table log.entry in access share mode")
                locked.set()
                while not over.is_set():
                    killing.execute(_WAITING)

    thread = threading.Thread(target=kill)
    thread.start()
    locked.wait()
    with as_worker():
        try:
            with pytest.raises((OperationalError, InterfaceError)):
                tasks.leave(f"{month:%Y-%m}")
        finally:
            over.set()
            thread.join()
        connection.close()
        row = LogMonth.objects.get(pk=month)
        assert (there(month), row.left_at, row.ordered is not None) == (True, None, True)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from log.dropped")
            assert cursor.fetchone() == (0,)
        tasks.leave(f"{month:%Y-%m}")
    assert not there(month)


def test_a_lost_bundle_of_a_month_that_left_is_told(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    row = worked(superuser, monkeypatch, month)
    harmed(row, "edited")
    night(superuser, monkeypatch)
    row.refresh_from_db()
    assert row.trouble == Trouble.FILE_GONE
    assert counts(people["olivia"])[AMISS] == 1

"""Months leave in any order: bundles of exactly their entries, and what is said of entries that left."""

import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from psycopg2.extensions import connection as Connection

from audit.dropped import Dropped, holder
from audit.models import LogEntry
from compliance.logretention import bundles, tasks
from compliance.logretention.models import LogMonth, Trouble
from compliance.proofs.access import key_lines
from tests.audit.retention.months import fill, months_ago
from tests.compliance.logretention.conftest import AddMonths
from tests.compliance.logretention.doing import agreed, as_recorded, asked, leaves, night, worked
from tests.compliance.logretention.test_leaving import PROGRAM, there, verified
from tests.compliance.world import book_of, clients_in
from tests.databases import as_worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture(autouse=True)
def _queue_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.leave, "delay", lambda code: None)


def ids_in(path: Path) -> set[UUID]:
    with zipfile.ZipFile(path) as bundle:
        return {UUID(json.loads(line)["id"]) for line in bundle.read("entries.jsonl").splitlines()}


def ids_of(month: date) -> set[UUID]:
    return set(
        LogEntry.objects.filter(at__year=month.year, at__month=month.month).values_list("pk", flat=True)
    )


def more(superuser: Connection, month: date, count: int) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        fill(cursor, month, count)
        cursor.execute("reset role")


def test_a_client_who_is_kept_holds_no_later_month(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [client_id] = clients_in(book_of(people["ming"]), people["ming"], 1)
    [first] = old(2, subject=client_id)
    [second, third] = old(3, 2, oldest=39)
    night(superuser, monkeypatch)
    assert LogMonth.objects.get(pk=first).kept == {"living": [2, 1]}
    row = leaves(people, superuser, monkeypatch, second)
    assert (row.left_at is not None, there(first), there(second), there(third)) == (True, True, False, True)
    night(superuser, monkeypatch)
    assert leaves(people, superuser, monkeypatch, third).left_at is not None
    assert as_recorded(superuser)


def test_a_tiny_month_that_lies_within_its_neighbour_leaves_by_itself(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Transactions that crossed midnight: all of the second month lies before the last of the first."""
    [first, second] = old(3, 2)
    more(superuser, first, 2)
    night(superuser, monkeypatch)
    held = {month: ids_of(month) for month in (first, second)}
    for month, count in ((first, 5), (second, 2)):
        row = LogMonth.objects.get(pk=month)
        assert (row.trouble, row.entries, row.is_ready) == ("", count, True)
        assert ids_in(bundles.path_of(row)) == held[month]
    leaves(people, superuser, monkeypatch, second)
    assert verified(bundles.path_of(LogMonth.objects.get(pk=second))) == 0
    # Its neighbour's bundle is made when it has left: the same entries, with hashes where it was.
    LogMonth.objects.filter(pk=first).update(leaves="")
    night(superuser, monkeypatch)
    row = LogMonth.objects.get(pk=first)
    assert ids_in(bundles.path_of(row)) == held[first]
    told = told_of(bundles.path_of(row))["runs"]
    assert (told["count"], told["last"] - told["first"], told["others"]) == (5, 6, 2)
    leaves(people, superuser, monkeypatch, first)
    assert not there(first)
    assert not there(second)
    assert as_recorded(superuser)


def test_a_month_without_an_entry_leaves_without_a_file(
    people: dict[str, Any],
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    archive: Path,
) -> None:
    [month] = old(0)
    night(superuser, monkeypatch)
    row = LogMonth.objects.get(pk=month)
    assert (row.entries, row.is_ready, row.bundle) == (0, True, None)
    assert leaves(people, superuser, monkeypatch, month).left_at is not None
    assert not there(month)
    assert not archive.exists()


def told_of(path: Path) -> dict[str, Any]:
    keys_file = path.with_suffix(".keys")
    keys_file.write_text(key_lines())
    command = [sys.executable, "-I", str(PROGRAM), str(path), "--key", str(keys_file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    keys_file.unlink()
    facts: dict[str, Any] = json.loads(done.stdout)["facts"]
    return facts


def test_a_bundle_of_the_former_kind_is_made_anew_and_orders_nothing(
    people: dict[str, Any], old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went from where the month before ended, and may lack what that one holds."""
    [month] = old(2)
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], month))
    LogMonth.objects.filter(pk=month).update(leaves="")
    row = worked(superuser, monkeypatch, month)
    assert (there(month), row.ordered, row.trouble) == (True, None, Trouble.FILE_GONE)
    night(superuser, monkeypatch)
    assert LogMonth.objects.get(pk=month).is_ready


def test_an_export_of_a_history_says_which_months_left(
    people: dict[str, Any],
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    subject = uuid4()
    [first] = old(2, subject=subject)
    [second] = old(3, oldest=39, subject=subject)
    night(superuser, monkeypatch)
    row = leaves(people, superuser, monkeypatch, second)
    path = tmp_path / "history.zip"
    call_command("export_evidence", "--subject", str(subject), "--as", "olivia", "--out", str(path))
    told = told_of(path)
    assert told["history"]["count"] == 2
    assert "claimed" not in told
    assert told["claimed_left"] == {"bundles": f"{row.code} {bytes(row.bundle or b'').hex()}"}
    with pytest.raises(CommandError, match=row.file_name):
        call_command("export_evidence", "--month", row.code, "--as", "olivia", "--out", str(tmp_path / "no"))
    month = tmp_path / "month.zip"
    call_command("export_evidence", "--month", f"{first:%Y-%m}", "--as", "olivia", "--out", str(month))
    assert ids_in(month) == ids_of(first)


def test_attack_an_entry_is_taken_out_before_the_bundle_is_made(
    old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there is not all that the tree has: nothing is bundled."""
    [month] = old(3)
    night(superuser, monkeypatch)
    LogMonth.objects.filter(pk=month).update(leaves="")
    with superuser.cursor() as cursor:
        name = f"log.entry_{month:%Y%m}"
        cursor.execute(f"alter table {name} disable trigger user; delete from {name} where seq = 2")
    with as_worker():
        tasks.look()
    row = LogMonth.objects.get(pk=month)
    assert (row.entries, row.trouble, row.is_ready) == (2, Trouble.NO_BUNDLE, False)


def test_an_entry_that_no_checkpoint_holds_yet_is_waited_for(
    old: AddMonths, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle without it would verify: it is all that the tree has."""
    [month] = old(2)
    night(superuser, monkeypatch)
    LogMonth.objects.filter(pk=month).update(leaves="")
    more(superuser, month, 1)
    with as_worker():
        tasks.look()
    row = LogMonth.objects.get(pk=month)
    assert (row.entries, row.trouble, row.is_ready) == (3, Trouble.NO_BUNDLE, False)
    night(superuser, monkeypatch)
    assert LogMonth.objects.get(pk=month).is_ready


def test_the_text_of_months_that_left_in_turn_is_where_their_bundles_went_on() -> None:
    """Before orders named leaves, a bundle went on from where that of the month before ended."""
    ids = {name: uuid4() for name in ("ordered", "asked", "approved")}

    def left(count: int, first: int, last: int, said: bytes) -> Dropped:
        month = months_ago(count)
        return Dropped(
            month=month,
            entries=1,
            first_leaf=first,
            last_leaf=last,
            bundle=bytes(32),
            at=bundled_at,
            said=said,
            **ids,
        )

    bundled_at = datetime.now(UTC)
    former = [left(12, 0, 6, b"{}"), left(11, 4, 9, b"{}")]
    newer = left(10, 8, 12, b'{"fields":["leaves-0"]}')

    def at(one: Dropped) -> datetime:
        return datetime(one.month.year, one.month.month, 3, tzinfo=UTC)

    everything = [*former, newer]
    assert holder(everything, at(former[1]), 5) is former[0]
    assert holder(everything, at(former[1]), 9) is former[1]
    assert holder(everything, at(newer), 8) is newer
    assert holder(everything, at(newer), 13) is None
    assert holder(former, at(newer), 8) is None

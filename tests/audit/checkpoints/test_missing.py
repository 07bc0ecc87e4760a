"""Copies that were put into a sink and are gone or others now, older ones too: in the bucket and among
the time-stamps as well as in the files.
"""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.actions import Action, Result
from audit.checkpoints import alarms, comparing, places, published, store
from audit.checkpoints.judging import Found
from audit.checkpoints.publishing import publish
from audit.checkpoints.sinks import Sink, configured
from audit.checkpoints.sinks.bucket import BucketSink
from audit.models import LogEntry
from tests.audit.checkpoints.authority import Authority
from tests.audit.checkpoints.conftest import signed_anew
from tests.audit.checkpoints.test_sinks import REGION, authority, bucket, s3
from tests.audit.tree.conftest import House

__all__ = ["authority", "bucket", "s3"]
MADE = 5


@pytest.fixture
def made(
    house: House,
    folders: Path,
    bucket: tuple[BucketSink, Any, str],
    s3: str,
    authority: Authority,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> list[store.Checkpoint]:
    """Five checkpoints, each put into a bucket and stamped, as after so many hours."""
    settings.CHECKPOINTS_BUCKET, settings.CHECKPOINTS_BUCKET_REGION = bucket[2], REGION
    settings.CHECKPOINTS_BUCKET_ENDPOINT = s3
    authority.lies = False
    (folders / "root.pem").write_bytes(authority.root)
    settings.TSA_URL, settings.TSA_CA_FILE = authority.url, str(folders / "root.pem")
    found = []
    for _ in range(MADE):
        found.append(signed_anew(house, 3, settings, monkeypatch))
        for name in ("file", "bucket", "timestamp"):
            places.change(name, put_at=None)
        publish()
    return found


def sink(name: str) -> Sink:
    return next(one for one in configured() if one.name == name)


def standing(name: str) -> list[tuple[Found, int]]:
    return [(one.found, one.size) for one in alarms.standing() if one.sink == name]


def rounds(name: str, count: int) -> None:
    for _ in range(count):
        comparing.compare(sink(name))


def key_of(checkpoint: store.Checkpoint) -> str:
    return f"checkpoints/{checkpoint.at:%Y-%m-%d}/{checkpoint.size:020d}"


@pytest.mark.parametrize("name", ["file", "bucket", "timestamp"])
def test_an_untouched_sink_lacks_nothing(made: list[store.Checkpoint], name: str) -> None:
    rounds(name, 3)
    assert standing(name) == []
    day = f"{made[0].at:%Y-%m-%d}"
    assert published.names(name, day) == sink(name).names(day)
    assert len(published.names(name, day)) == MADE


@pytest.mark.parametrize("number", range(MADE))
def test_attack_a_copy_in_the_bucket_hidden_by_a_delete_marker_is_named(
    made: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str], number: int
) -> None:
    """The lock keeps the version; whoever may delete hides it from who looks for it by its name."""
    rounds("bucket", 2)
    hidden = bucket[1].delete_object(Bucket=bucket[2], Key=key_of(made[number]))
    assert hidden["DeleteMarker"]
    rounds("bucket", 2)
    assert standing("bucket") == [(Found.GONE, made[number].size)]
    [told] = LogEntry.objects.filter(object_id=alarms.WATCH, action=Action.CHECKPOINT_DIFFER)
    assert told.fields == ["sink-bucket", "found-gone", f"size-{made[number].size}"]
    assert told.result == Result.FAILED
    bucket[1].delete_object(Bucket=bucket[2], Key=key_of(made[number]), VersionId=hidden["VersionId"])
    rounds("bucket", 2)
    assert standing("bucket") == []


def test_attack_a_copy_deleted_from_the_bucket_by_who_has_the_right_is_named(
    made: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str]
) -> None:
    """A version whose lock let it go: here it was put again under governance, which has a way round."""
    _, client, name = bucket
    which = {"Bucket": name, "Key": key_of(made[1])}
    copy = client.put_object(
        **which,
        Body=made[1].note,
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=timezone.now() + timedelta(days=1),
    )
    client.delete_object(**which)
    client.delete_object(**which, VersionId=copy["VersionId"], BypassGovernanceRetention=True)
    rounds("bucket", 1)
    assert standing("bucket") == [(Found.GONE, made[1].size)]


@pytest.mark.parametrize("number", range(MADE))
def test_attack_another_version_put_over_a_copy_in_the_bucket_is_named(
    made: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str], number: int
) -> None:
    rounds("bucket", 2)
    bucket[1].put_object(
        Bucket=bucket[2],
        Key=key_of(made[number]),
        Body=made[number - 1].note,
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=timezone.now() + timedelta(days=1),
    )
    rounds("bucket", 2)
    [(found, _)] = standing("bucket")
    assert found in {Found.DAMAGED, Found.GONE}


@pytest.mark.parametrize("number", range(MADE))
@pytest.mark.parametrize("endings", [[".tsr"], [".checkpoint"], [".tsr", ".checkpoint"]])
def test_attack_a_time_stamp_that_was_deleted_is_named(
    made: list[store.Checkpoint], folders: Path, number: int, endings: list[str]
) -> None:
    rounds("timestamp", 2)
    [note] = (folders / "checkpoints" / "timestamps").rglob(f"{made[number].size:020d}.checkpoint")
    for ending in endings:
        note.with_suffix(ending).unlink()
    rounds("timestamp", 3)
    expected = Found.DAMAGED if endings == [".tsr"] else Found.GONE
    assert standing("timestamp") == [(expected, made[number].size)]


@pytest.mark.parametrize("number", range(MADE))
@pytest.mark.parametrize("ending", [".tsr", ".checkpoint"])
def test_attack_a_time_stamp_that_was_edited_is_named(
    made: list[store.Checkpoint], folders: Path, number: int, ending: str
) -> None:
    """By the token of another note too, which is itself a good one."""
    stamps = folders / "checkpoints" / "timestamps"
    [altered] = stamps.rglob(f"{made[number].size:020d}{ending}")
    [other] = stamps.rglob(f"{made[number - 1].size:020d}{ending}")
    shutil.copy(other, altered)
    rounds("timestamp", 2)
    assert standing("timestamp") == [(Found.DAMAGED, made[number].size)]


def test_days_are_counted_in_turn_and_the_first_again_after_the_last(made: list[store.Checkpoint]) -> None:
    days = ["2026-01-01", "2026-01-02", f"{made[0].at:%Y-%m-%d}"]
    for checkpoint, day in zip(made, days[:2], strict=False):
        sink("bucket").put(replace(checkpoint, at=datetime.fromisoformat(f"{day}T12:00:00Z")))
        published.note("bucket", day, [f"{checkpoint.size:020d}"])
    counted = []
    for _ in range(4):
        rounds("bucket", 1)
        counted.append(places.read("bucket").counted)
    assert counted == [*days, days[0]]
    assert standing("bucket") == []
    published.note("bucket", days[1], [f"{1:020d}"])  # of which the bucket knows nothing
    for _ in range(2):  # that day again, until it is right
        rounds("bucket", 1)
        assert standing("bucket") == [(Found.GONE, 1)]
        assert places.read("bucket").counted == days[0]


def test_attack_a_restored_folder_of_the_house_learns_again_what_lies_outside(
    made: list[store.Checkpoint], folders: Path, bucket: tuple[BucketSink, Any, str]
) -> None:
    shutil.rmtree(folders / "sinks")
    rounds("bucket", 1)
    bucket[1].delete_object(Bucket=bucket[2], Key=key_of(made[2]))
    rounds("bucket", 1)
    assert standing("bucket") == [(Found.GONE, made[2].size)]


def test_attack_what_somebody_slipped_in_is_not_missed_when_it_is_taken_out(
    made: list[store.Checkpoint], folders: Path
) -> None:
    rounds("timestamp", 1)
    day = folders / "checkpoints" / "timestamps" / f"{made[0].at:%Y-%m-%d}"
    slipped = day / f"{7:020d}.checkpoint"
    slipped.write_bytes(made[0].note)
    rounds("timestamp", 2)
    assert standing("timestamp") == [(Found.DAMAGED, 7)]
    slipped.unlink()
    rounds("timestamp", 2)
    assert standing("timestamp") == []


def test_attack_a_file_of_another_kind_holds_up_no_comparison(
    made: list[store.Checkpoint], bucket: tuple[BucketSink, Any, str]
) -> None:
    for key in (f"checkpoints/{made[0].at:%Y-%m-%d}/x", "checkpoints/x/1", "checkpoints/x"):
        bucket[1].put_object(Bucket=bucket[2], Key=key, Body=b"x")
    rounds("bucket", 2)
    assert standing("bucket") == []
    assert places.read("bucket").error == ""


def test_a_line_that_a_power_cut_tore_is_no_copy(folders: Path) -> None:
    published.note("file", "2026-01-01", [f"{3:020d}"])
    path = folders / "sinks/published/file/2026-01-01"
    path.write_bytes(path.read_bytes() + b"0000")
    assert published.names("file", "2026-01-01") == [f"{3:020d}"]
    assert path.stat().st_mode & 0o777 == 0o600

"""Comparing: what a sink holds is read back, the newest each time and the older in turn."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.actions import Action
from audit.checkpoints import alarms, comparing, keys, places, store
from audit.checkpoints.comparing import compare_all
from audit.checkpoints.judging import Found
from audit.checkpoints.publishing import publish
from audit.merkle.body import Body
from audit.models import LogEntry
from tests.audit.checkpoints.conftest import signed_anew
from tests.audit.tree.conftest import House

MADE = 5


@pytest.fixture
def made(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[store.Checkpoint]:
    found = [signed_anew(house, 3, settings, monkeypatch) for _ in range(MADE)]
    publish()
    return found


def copies(folders: Path) -> list[Path]:
    return sorted((folders / "checkpoints").rglob("*.checkpoint"))


def found() -> list[tuple[Found, int]]:
    return [(one.found, one.size) for one in alarms.standing()]


def test_an_untouched_sink_agrees(made: list[store.Checkpoint], folders: Path) -> None:
    compare_all()
    place = places.read("file")
    assert (place.found, place.size, place.error) == ("same", 15, "")
    assert place.compared_at is not None
    assert place.walked.endswith(f"{15:020d}")
    assert found() == []


def test_a_sink_that_is_away_is_noted_and_raises_no_alarm_of_a_wrong_log(
    made: list[store.Checkpoint], folders: Path, settings: Any
) -> None:
    settings.CHECKPOINTS_BUCKET, settings.CHECKPOINTS_BUCKET_REGION = "b", "cn-north-1"
    settings.CHECKPOINTS_BUCKET_ENDPOINT = "http://127.0.0.1:9"
    compare_all()
    assert places.read("bucket").error == "unreachable"
    assert places.read("file").found == "same"
    assert found() == []


@pytest.mark.parametrize("number", range(MADE))
def test_attack_any_copy_that_was_altered_is_named(
    made: list[store.Checkpoint], folders: Path, number: int
) -> None:
    copies(folders)[number].write_bytes(made[number - 1].note)
    compare_all()
    assert found()[0][1] in {made[number].size, made[number - 1].size}
    assert found()[0][0] in {Found.DAMAGED, Found.GONE}


@pytest.mark.parametrize("number", range(MADE))
def test_attack_any_copy_that_was_deleted_is_named(
    made: list[store.Checkpoint], folders: Path, number: int
) -> None:
    compare_all()
    copies(folders)[number].unlink()
    for _ in range(3):  # the walk begins anew
        compare_all()
    assert found() == [(Found.GONE, made[number].size)]


def test_attack_an_emptied_sink_is_named(made: list[store.Checkpoint], folders: Path) -> None:
    shutil.rmtree(folders / "checkpoints")
    compare_all()
    assert found() == [(Found.GONE, 15)]


def test_attack_a_second_history_signed_with_our_keys_is_named(
    made: list[store.Checkpoint], folders: Path
) -> None:
    signing = keys.load()
    for size, expected in ((14, Found.OTHER), (16, Found.LARGER)):
        forged = signing.sign(Body(signing.origin, size, bytes(32)).text()).encoded()
        copies(folders)[-1].write_bytes(forged)
        compare_all()
        assert found() == [(expected, size)]


def test_attack_a_checkpoint_of_another_log_is_named(made: list[store.Checkpoint], folders: Path) -> None:
    signing = keys.load()
    alien = signing.sign(Body("another/log", 15, made[-1].body.root).text()).encoded()
    copies(folders)[-1].write_bytes(alien)
    compare_all()
    assert found() == [(Found.DAMAGED, 15)]


def test_an_alarm_is_said_once_and_ends_when_it_is_over(made: list[store.Checkpoint], folders: Path) -> None:
    last = copies(folders)[2]
    last.write_text("altered")
    for _ in range(3):
        compare_all()
    assert found() == [(Found.DAMAGED, 9)]
    last.write_bytes(made[2].note)
    compare_all()
    assert found() == []
    said = [entry.action for entry in LogEntry.objects.filter(object_id=alarms.WATCH).order_by("at", "id")]
    assert said == [Action.CHECKPOINT_DIFFER, Action.CHECKPOINT_AGREE]


def test_the_older_copies_are_walked_in_steps(
    made: list[store.Checkpoint], folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "STEP", 2)
    walked = []
    for _ in range(4):
        compare_all()
        walked.append(places.read("file").walked[-2:])
    assert walked == ["06", "12", "15", ""]


def test_signing_relies_on_no_old_comparison(
    made: list[store.Checkpoint], folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places.change("file", compared_at=store.latest().at - timedelta(hours=1))  # type: ignore[union-attr]
    assert comparing.forbidding(store.latest().at) is None  # type: ignore[union-attr]
    after = places.read("file").compared_at
    assert before.compared_at is not None
    assert after is not None
    assert after > before.compared_at

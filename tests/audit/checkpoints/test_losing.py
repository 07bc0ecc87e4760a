"""A log that lost its newest history goes on under another origin, and only so."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.checkpoints import alarms, comparing, keys, losing, places, store
from audit.checkpoints.judging import Found
from audit.checkpoints.publishing import publish
from audit.checkpoints.signing import NotSigned, sign_latest
from audit.checkpoints.sinks import configured, former
from audit.merkle.body import Body
from audit.merkle.notes import NoteKey, parsed, verified
from tests.audit.checkpoints.conftest import grow, signed_anew
from tests.audit.tree.conftest import House

SIZES = (100, 150, 250, 300)


def restored(house: House, size: int) -> None:
    """As after a restore of a backup of that size, whose newer entries are nowhere: the first `size` leaves
    stay with their entries, and the checkpoints that the database had by then."""
    for name in ("checkpoint", "head", "leaf", "tile"):
        house.ask(f"alter table log.{name} disable trigger all")
    house.ask("alter table log.entry disable trigger refuse_change")
    house.ask("delete from log.checkpoint where size > %s", size)
    house.ask(
        "delete from log.entry where id in (select entry from log.leaf where index >= %s)"
        " or id not in (select entry from log.leaf)",
        size,
    )
    house.ask("delete from log.leaf where index >= %s", size)
    house.ask("delete from log.tile where (index + 1) * 256 > %s", size)
    house.ask("delete from log.head where size > %s", size)
    house.ask(
        "insert into log.head (size, root, epoch, xact, entry_at, entry)"
        " select index + 1, log.root_at(index + 1), e.epoch, e.xact, e.at, e.id"
        " from log.leaf l join log.entry e on e.id = l.entry where index = %s - 1 on conflict do nothing",
        size,
    )


def put_out(checkpoint: store.Checkpoint) -> None:
    places.change("file", put_at=None)
    publish()


@pytest.fixture
def lost(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[store.Checkpoint]:
    """Checkpoints of 100, 150, 250 and 300 entries lie outside; the database is that of 200, and grew."""
    made = []
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        made.append(signed_anew(house, size - before, settings, monkeypatch))
        put_out(made[-1])
    restored(house, 200)
    grow(house, 80)
    return made


def declared(**changes: Any) -> keys.Former:
    told = {
        "why": "restore",
        "request": "r",
        "asked_by": "a",
        "decided_by": "b",
        "at": "2026-11-23T00:00:00Z",
    }
    return losing.begin_anew(losing.found_loss(), **(told | changes))


def test_what_is_lost_is_what_the_checkpoints_say(lost: list[store.Checkpoint]) -> None:
    with pytest.raises(NotSigned):
        sign_latest()
    loss = losing.found_loss()
    assert (loss.size, loss.agreed, loss.kept, loss.lost) == (300, 150, 150, 150)
    assert loss.note.encode() == lost[-1].note
    assert loss.origin == keys.load().origin


def test_a_log_that_lost_nothing_has_nothing_to_declare(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_out(signed_anew(house, 5, settings, monkeypatch))
    grow(house, 5)
    with pytest.raises(losing.NothingLost):
        losing.found_loss()


def test_nothing_is_declared_while_a_place_does_not_answer(
    lost: list[store.Checkpoint], settings: Any
) -> None:
    settings.TSA_URL, settings.TSA_CA_FILE = "http://127.0.0.1:9/", "/nowhere.pem"
    settings.CHECKPOINTS_BUCKET, settings.CHECKPOINTS_BUCKET_REGION = "b", "cn-north-1"
    settings.CHECKPOINTS_BUCKET_ENDPOINT = "http://127.0.0.1:9"
    with pytest.raises(losing.CannotTell, match="bucket"):
        losing.found_loss()


def test_the_log_goes_on_under_another_origin_and_is_signed_again(
    lost: list[store.Checkpoint], folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = keys.load()
    before = declared()
    made = sign_latest()
    assert made is not None
    assert made.body.origin == f"{old.origin}/generation-2"
    assert (made.size, before.lost, before.note.encode()) == (280, 150, lost[-1].note)
    verified(made.note, keys.load().public())
    assert alarms.standing() == [] or {one.sink for one in alarms.standing()} == {"file"}
    put_out(made)
    publish()
    places.change("file.2", put_at=None, tried_at=None)
    publish()
    [copy] = (folders / "checkpoints" / "generation-2").rglob("*.checkpoint")
    assert copy.read_bytes() == made.note
    for _ in range(3):
        comparing.compare_all()
    assert alarms.standing() == []
    assert len(list((folders / "checkpoints").glob("20*/*.checkpoint"))) == len(SIZES)
    grow_and_sign = sign_latest()
    assert grow_and_sign is None  # the tree has not grown


def test_the_log_goes_on_past_the_size_of_the_former_one(
    lost: list[store.Checkpoint], house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared()
    sizes = []
    for _ in range(3):
        sizes.append(signed_anew(house, 30, settings, monkeypatch).size)
        places.change("file.2", put_at=None, tried_at=None)
        publish()
        comparing.compare_all()
    assert sizes[0] > 300  # what was noted of the loss is entries, too
    assert alarms.standing() == []
    assert places.read("file.2").size == sizes[-1]
    assert places.read("file").size == 300


def test_the_declaration_lies_outside_signed_by_the_former_logs_key(
    lost: list[store.Checkpoint], folders: Path
) -> None:
    old = keys.load().public()
    before = declared()
    note = (folders / "checkpoints/generation-2/declaration.note").read_bytes()
    text = verified(note, old)[0].text
    head, _, body = text.partition("\n")
    told = json.loads(body)
    assert head == losing.HEAD
    assert (told["size"], told["agreed"], told["lost"], told["why"]) == (300, 150, 150, "restore")
    assert told["note"] == before.note
    assert [NoteKey.from_vkey(line) for line in told["keys"]] == list(keys.load().public())


def test_the_origin_in_the_settings_stays_the_first_ones(lost: list[store.Checkpoint], settings: Any) -> None:
    settings.LOG_ORIGIN = keys.load().origin
    declared()
    assert keys.load().origin == f"{settings.LOG_ORIGIN}/generation-2"
    settings.LOG_ORIGIN = "another"
    with pytest.raises(keys.NoKeys):
        keys.load()


def test_nothing_is_declared_twice(lost: list[store.Checkpoint]) -> None:
    loss = losing.found_loss()
    declared()
    with pytest.raises(losing.NothingLost):
        losing.found_loss()
    with pytest.raises(keys.NoKeys, match="another generation"):
        losing.begin_anew(loss, why="restore", request="r", asked_by="a", decided_by="b", at="x")


def test_a_second_loss_is_a_third_generation(
    lost: list[store.Checkpoint], house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared()
    sizes = []
    for count in (20, 20):
        put = signed_anew(house, count, settings, monkeypatch)
        sizes.append(put.size)
        places.change("file.2", put_at=None, tried_at=None)
        publish()
    restored(house, put.size - 15)
    grow(house, 3)
    with pytest.raises(NotSigned):
        sign_latest()
    second = declared()
    assert [second.agreed, second.size] == sizes
    assert second.lost == sizes[1] - sizes[0]
    made = sign_latest()
    assert made is not None
    assert made.body.origin.endswith("/generation-3")
    for _ in range(4):
        comparing.compare_all()
    assert alarms.standing() == []
    assert [sink.key for sink in (*configured(), *former())] == ["file.3", "file", "file.2"]


def test_attack_a_truncated_log_is_not_signed_again_under_the_old_origin(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A superuser of the database cuts the log, its heads and checkpoints: it is refused however it grows,
    and the way on that two persons have is another origin."""
    put_out(signed_anew(house, 300, settings, monkeypatch))
    origin = keys.load().origin
    restored(house, 120)
    for _ in range(3):
        with pytest.raises(NotSigned):
            sign_latest()
        grow(house, 100)
    assert keys.load().origin == origin
    declared()
    made = sign_latest()
    assert made is not None
    assert made.body.origin != origin
    old = next(sink for sink in former() if sink.name == "file").newest()
    assert old is not None
    assert Body.parse(parsed(old).text).size == 300


def test_attack_the_log_is_not_cut_further_before_the_new_generation_is_signed(
    lost: list[store.Checkpoint], house: House
) -> None:
    """What both logs have in common is known by its root, though nothing of the new one lies outside yet."""
    declared()
    restored(house, 120)
    for _ in range(2):
        with pytest.raises(NotSigned) as told:
            sign_latest()
        assert (told.value.sink, told.value.size) == ("database", 150)
        grow(house, 100)


def test_without_the_keys_no_checkpoint_gets_among_those_of_a_former_log(
    lost: list[store.Checkpoint], house: House, folders: Path
) -> None:
    declared()
    grow(house, 100)
    assert sign_latest() is not None
    keys.path().rename(folders / "away.json")
    put_out(lost[-1])
    assert len(list((folders / "checkpoints").rglob("*.checkpoint"))) == len(SIZES)
    (folders / "away.json").rename(keys.path())
    publish()
    assert len(list((folders / "checkpoints" / "generation-2").rglob("*.checkpoint"))) == 1


def test_attack_a_former_log_that_is_signed_on_elsewhere_stops_this_one(
    lost: list[store.Checkpoint], folders: Path, house: House
) -> None:
    old = keys.load()
    declared()
    sign_latest()
    alien = replace(lost[-1], size=400, note=old.sign(Body(old.origin, 400, bytes(32)).text()).encoded())
    next(sink for sink in former() if sink.name == "file").put(alien)
    comparing.compare_all()
    assert [(one.sink, one.found, one.size) for one in alarms.standing()] == [("file", Found.LARGER, 400)]
    grow(house, 5)
    with pytest.raises(NotSigned):
        sign_latest()


def test_attack_another_end_of_the_former_log_is_named(lost: list[store.Checkpoint], folders: Path) -> None:
    old = keys.load()
    declared()
    [copy] = (folders / "checkpoints").glob(f"20*/{300:020d}.checkpoint")
    copy.write_bytes(old.sign(Body(old.origin, 300, bytes(32)).text()).encoded())
    comparing.compare_all()
    assert [(one.found, one.size) for one in alarms.standing()] == [(Found.OTHER, 300)]


def test_attack_what_both_logs_have_in_common_is_still_compared(
    lost: list[store.Checkpoint], folders: Path
) -> None:
    old = keys.load()
    declared()
    [copy] = (folders / "checkpoints").glob(f"20*/{100:020d}.checkpoint")
    copy.write_bytes(old.sign(Body(old.origin, 100, bytes(32)).text()).encoded())
    for _ in range(3):  # the walk begins anew
        comparing.compare_all()
    assert [(one.found, one.size) for one in alarms.standing()] == [(Found.OTHER, 100)]


def test_attack_a_former_checkpoint_that_is_gone_is_named(
    lost: list[store.Checkpoint], folders: Path
) -> None:
    declared()
    comparing.compare_all()
    [copy] = (folders / "checkpoints").glob(f"20*/{250:020d}.checkpoint")
    copy.unlink()
    comparing.compare_all()
    assert [(one.sink, one.found, one.size) for one in alarms.standing()] == [("file", Found.GONE, 250)]


def test_attack_a_database_that_contradicts_itself_is_no_loss(
    lost: list[store.Checkpoint], house: House
) -> None:
    """A restore leaves a tree with its own checkpoints; whoever changed an older entry does not."""
    house.ask("update log.leaf set hash = sha256('x') where index = 3")
    with pytest.raises(losing.CannotTell, match="database"):
        losing.found_loss()


def test_attack_a_copy_that_was_altered_may_not_decide_how_much_is_lost(
    lost: list[store.Checkpoint], folders: Path
) -> None:
    [copy] = (folders / "checkpoints").glob(f"20*/{150:020d}.checkpoint")
    copy.write_text("altered")
    with pytest.raises(losing.CannotTell, match="file"):
        losing.found_loss()

"""Signing: only what was committed, only when it has grown, and never a tree that is not the one of
before.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from audit.checkpoints import alarms, keys, publishing, signing, store
from audit.checkpoints.judging import Found
from audit.checkpoints.signing import NotSigned, sign_latest
from audit.merkle.body import Body
from audit.merkle.notes import verified
from audit.tree import store as tree
from tests.audit.checkpoints.conftest import grow
from tests.audit.tree.conftest import House


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the ten seconds between two checkpoints; one test brings them back."""
    monkeypatch.setattr(signing, "EVERY", signing.timedelta(0))


def test_an_empty_log_has_nothing_to_sign_and_needs_no_keys(house: House) -> None:
    assert sign_latest() is None
    assert store.latest() is None
    assert not keys.path().exists()


def test_the_newest_head_is_signed_by_both_keys(house: House) -> None:
    grow(house, 300)
    made = sign_latest()
    assert made == store.latest()
    assert made is not None
    note, found = verified(made.note, keys.load().public())
    head = tree.head()
    assert head is not None
    assert Body.parse(note.text) == Body(keys.load().origin, 300, head.root)
    assert found == list(keys.load().public())


def test_the_keys_are_made_once_for_their_owner_alone(house: House) -> None:
    grow(house, 1)
    sign_latest()
    assert keys.path().stat().st_mode & 0o777 == 0o600
    assert keys.path().parent.stat().st_mode & 0o777 == 0o700
    before = keys.path().read_bytes()
    assert keys.make().public() == keys.load().public()
    assert keys.path().read_bytes() == before
    assert [one.name for one in keys.path().parent.iterdir()] == [keys.FILE]


def test_the_same_tree_is_not_signed_twice(house: House) -> None:
    grow(house, 1)
    assert sign_latest() is not None
    assert sign_latest() is None
    grow(house, 1)
    made = sign_latest()
    assert made is not None
    assert made.size == 2


def test_ten_seconds_pass_between_two(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(house, 1)
    sign_latest()
    grow(house, 1)
    monkeypatch.setattr(signing, "EVERY", signing.timedelta(seconds=10))
    assert sign_latest() is None
    house.ask("alter table log.checkpoint disable trigger refuse_change")
    house.ask("update log.checkpoint set at = at - interval '11 seconds'")
    assert sign_latest() is not None


def test_nothing_is_signed_in_a_transaction(house: House) -> None:
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        sign_latest()


def test_of_two_notes_for_a_size_the_first_is_the_one(house: House) -> None:
    grow(house, 1)
    made = sign_latest()
    assert made is not None
    assert store.keep(1, b"another\n") == made


def test_attack_keys_that_are_gone_are_not_made_anew(house: House) -> None:
    grow(house, 1)
    sign_latest()
    keys.path().unlink()
    grow(house, 1)
    with pytest.raises(keys.NoKeys, match="missing"):
        sign_latest()
    assert not keys.path().exists()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"origin": "a", "ed25519": "00", "ml_dsa_44": "zz"}'])
def test_a_file_of_keys_that_cannot_be_read_says_so_and_not_what_it_holds(house: House, content: str) -> None:
    grow(house, 1)
    keys.path().parent.mkdir()
    keys.path().write_text(content)
    with pytest.raises(keys.NoKeys, match="cannot be read"):
        sign_latest()


def test_the_origin_is_the_houses_and_stays(house: House, settings: Any) -> None:
    settings.LOG_ORIGIN = "vault.example.cn/log"
    assert keys.make().origin == "vault.example.cn/log"
    settings.LOG_ORIGIN = "another.example.cn/log"
    with pytest.raises(keys.NoKeys, match="another log"):
        keys.load()


@pytest.mark.parametrize("origin", ["a b", "a+b", "a" * 236, "a/generation-2"])
def test_an_origin_that_fits_into_no_note_is_refused(settings: Any, origin: str) -> None:
    settings.LOG_ORIGIN = origin
    with pytest.raises(keys.NoKeys, match="LOG_ORIGIN"):
        keys.make()


def test_a_statement_is_never_a_checkpoint(house: House) -> None:
    made = keys.make()
    note = made.sign_statement("sealroom evidence 1\nwords\n")
    assert verified(note.encoded(), made.public())[1] == [made.public()[0]]
    with pytest.raises(ValueError, match="begin"):
        made.sign_statement(f"{made.origin}\n1\n")


def refused(sink: str, found: Found, size: int) -> None:
    """Nothing is signed, and the alarm of it stands, once however often it is tried."""
    before = store.latest()
    for _ in range(2):
        with pytest.raises(NotSigned) as told:
            sign_latest()
        assert (told.value.sink, told.value.found, told.value.size) == (sink, found, size)
    assert store.latest() == before
    assert [(one.found, one.size) for one in alarms.standing() if one.sink == signing.SIGNER] == [
        (found, size)
    ]


def swapped_tree(house: House) -> None:
    """A superuser replaces the log by a shorter or another one, as a restored backup would."""
    for name in ("checkpoint", "head", "tile", "leaf"):
        house.ask(f"alter table log.{name} disable trigger all")
        house.ask(f"delete from log.{name}")


def test_attack_a_tree_smaller_than_the_last_outside_checkpoint_is_not_signed(house: House) -> None:
    grow(house, 300)
    sign_latest()
    publishing.publish()
    house.ask("alter table log.checkpoint disable trigger all")
    house.ask("alter table log.head disable trigger all")
    house.ask("alter table log.leaf disable trigger all")
    house.ask("alter table log.tile disable trigger all")
    house.ask("delete from log.checkpoint")
    house.ask("update log.head set size = 200, root = log.root_at(200)")
    house.ask("delete from log.leaf where index >= 200")
    house.ask("delete from log.tile")
    refused("file", Found.LARGER, 300)


def test_attack_another_tree_of_the_same_size_is_not_signed(house: House) -> None:
    grow(house, 10)
    sign_latest()
    publishing.publish()
    swapped_tree(house)
    house.ask("alter table log.entry disable trigger refuse_change")
    house.ask('update log.entry set leaf = \'{"n":"forged"}\' where id = (select id from log.entry limit 1)')
    grow(house, 1)
    refused("file", Found.OTHER, 10)


def test_attack_an_older_home_does_not_hide_what_a_sink_holds(house: House, folders: Path) -> None:
    """With the database the house's own folder is put back too; the sink itself is asked."""
    grow(house, 10)
    sign_latest()
    publishing.publish()
    swapped_tree(house)
    for place in (folders / "sinks").glob("*.json"):
        place.unlink()
    house.ask("alter table log.entry disable trigger refuse_change")
    house.ask("delete from log.entry where id in (select id from log.entry limit 5)")
    grow(house, 1)
    refused("file", Found.LARGER, 10)


def test_attack_an_altered_last_checkpoint_or_head_is_not_signed_over(house: House) -> None:
    grow(house, 10)
    sign_latest()
    grow(house, 10)
    house.ask("alter table log.head disable trigger refuse_change")
    house.ask("update log.head set root = sha256('x') where size = 20")
    refused("database", Found.OTHER, 20)
    house.ask("alter table log.leaf disable trigger refuse_change")
    house.ask("update log.leaf set hash = sha256('x') where index = 3")
    refused("database", Found.OTHER, 10)


def test_signing_goes_on_and_the_alarm_ends_when_the_tree_is_right_again(house: House) -> None:
    grow(house, 10)
    sign_latest()
    grow(house, 10)
    house.ask("alter table log.head disable trigger refuse_change")
    right = house.ask("select root from log.head where size = 20")[0][0]
    house.ask("update log.head set root = sha256('x') where size = 20")
    refused("database", Found.OTHER, 20)
    house.ask("update log.head set root = %s where size = 20", right)
    assert sign_latest() is not None
    assert alarms.standing() == []


def test_a_damaged_copy_does_not_stop_the_log(house: House, folders: Path) -> None:
    grow(house, 10)
    sign_latest()
    publishing.publish()
    for copy in (folders / "checkpoints").rglob("*.checkpoint"):
        copy.write_text("not a note")
    for place in (folders / "sinks").glob("*.json"):
        place.write_text(json.dumps({"v": 0}))
    grow(house, 10)
    assert sign_latest() is not None
    assert [one.found for one in alarms.standing()] == [Found.DAMAGED]

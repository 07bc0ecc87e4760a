"""Signed notes: published vectors, both kinds of keys, and nothing altered that still verifies."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle.body import Body, NotABody
from audit.merkle.notes import (
    BadNote,
    Ed25519Signer,
    MlDsaCosigner,
    NoteKey,
    cosigned_message,
    parsed,
    signed,
    verified,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/signed_notes.json").read_text("utf-8")
)
PETER, ENOCH = map(NoteKey.from_vkey, VECTORS["keys"])
TEXT: str = VECTORS["text"]
NOTE: bytes = (TEXT + "\n" + "".join(VECTORS["lines"])).encode()
CHECKPOINT = Body("example.com/log", 7, bytes(range(32))).text()
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1
)


@cache
def signers(name: str = "example.com/log") -> tuple[Ed25519Signer, MlDsaCosigner]:
    return (
        Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes(32))),
        MlDsaCosigner(name, MLDSA44PrivateKey.from_seed_bytes(bytes(32)), 1_700_000_000),
    )


def peter() -> Ed25519Signer:
    seed = base64.b64decode(VECTORS["seed_key"].split("+", 4)[4])[1:]
    return Ed25519Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed))


def test_the_published_note_is_made_byte_for_byte() -> None:
    assert signed(TEXT, [peter()]).encoded() == (TEXT + "\n" + VECTORS["lines"][0]).encode()
    assert peter().public.vkey() == VECTORS["keys"][0]


@pytest.mark.parametrize("keys", [[PETER], [ENOCH], [PETER, ENOCH], [ENOCH, PETER, ENOCH]])
def test_the_published_note_verifies_under_the_keys_that_one_knows(keys: list[NoteKey]) -> None:
    note, found = verified(NOTE, keys)
    assert note.text == TEXT
    assert set(found) == set(keys)


@pytest.mark.parametrize("vkey", VECTORS["bad_keys"])
def test_published_bad_keys_are_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        NoteKey.from_vkey(vkey)


def test_no_part_of_a_key_is_a_key_and_no_character_may_change() -> None:
    vkey: str = VECTORS["keys"][0]
    parts = {vkey[i:j] for i in range(len(vkey)) for j in range(i + 1, len(vkey) + 1)} - {vkey}
    changed = {vkey[:i] + chr(ord(c) + 1) + vkey[i + 1 :] for i, c in enumerate(vkey)}
    for bad in parts | changed:
        with pytest.raises(BadNote):
            NoteKey.from_vkey(bad)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        (TEXT + "\n").encode(),
        NOTE[:-1],
        b"\x01" + NOTE,
        b"\xff" + NOTE,
        NOTE + b"Unexpected line.\n",
        (TEXT + "\n" + VECTORS["lines"][0].replace("PeterNeumann", "Bad Name")).encode(),
        (TEXT + "\n" + VECTORS["lines"][0] * 101).encode(),
        (TEXT + "\n" + "— PeterNeumann x08g\n").encode(),
        b"a" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        parsed(data)


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(BadNote, match="no key that is known"):
        verified(NOTE, [])


def test_attack_a_bad_line_of_a_known_key_spoils_the_note_beside_a_good_one() -> None:
    bad = parsed(NOTE.replace(b"x08go/ZJ", b"x08go/ZK"))
    both = NOTE + bad.signatures[0].line().encode()
    with pytest.raises(BadNote, match="does not fit"):
        verified(both, [PETER])
    assert verified(both, [ENOCH])[1] == [ENOCH]  # who does not know the key passes over it


@given(st.integers(min_value=0, max_value=len(TEXT.encode()) - 2), st.integers(min_value=1, max_value=255))
def test_attack_no_byte_of_the_text_can_change(place: int, change: int) -> None:
    altered = bytearray(NOTE)
    altered[place] ^= change
    with pytest.raises(BadNote):
        verified(bytes(altered), [PETER, ENOCH])


def test_the_signed_message_of_a_cosignature_is_laid_out_as_the_specification_says() -> None:
    given_ = VECTORS["cosigned_message"]
    made = cosigned_message(given_["name"], given_["time"], Body.parse(given_["checkpoint"]))
    assert made == bytes.fromhex(given_["hex"])


def test_a_checkpoint_carries_both_kinds_and_either_is_enough() -> None:
    data = signed(CHECKPOINT, signers()).encoded()
    classic, quantum = (signer.public for signer in signers())
    assert verified(data, [classic, quantum])[1] == [classic, quantum]
    for key in (classic, quantum):
        assert verified(data, [key])[1] == [key]
        assert NoteKey.from_vkey(key.vkey()) == key


def test_attack_a_cosignature_holds_for_its_name_time_and_tree_alone() -> None:
    quantum = signers()[1]
    value = quantum.sign(CHECKPOINT).value
    key = quantum.public
    assert key.holds(CHECKPOINT, value)
    assert not NoteKey("another", key.kind, key.public).holds(CHECKPOINT, value)
    assert not key.holds(CHECKPOINT, value[:7] + bytes([value[7] ^ 1]) + value[8:])
    assert not key.holds(CHECKPOINT.replace("\n7\n", "\n8\n"), value)
    assert not key.holds(CHECKPOINT.replace("/log", "/lag"), value)
    assert not key.holds(TEXT, value)
    assert not key.holds(CHECKPOINT, value[:-1])


def test_a_cosignature_is_made_over_a_checkpoint_alone() -> None:
    with pytest.raises(NotABody):
        signers()[1].sign(TEXT)
    with pytest.raises(ValueError, match="255"):
        cosigned_message("a" * 256, 0, Body.parse(CHECKPOINT))


@given(NAMES, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_any_text_comes_back_as_it_was_signed(name: str, words: str) -> None:
    signer = Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    data = signed(words + "\n\n" + words + "\n", [signer]).encoded()
    note, found = verified(data, [signer.public])
    assert note.text == words + "\n\n" + words + "\n"
    assert note.encoded() == data
    assert found == [signer.public]


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb"])
def test_a_key_has_a_name_that_fits_into_a_line(name: str) -> None:
    with pytest.raises(BadNote):
        NoteKey(name, 1, bytes(32))


@given(NAMES, st.integers(min_value=0, max_value=2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(origin: str, size: int, root: bytes) -> None:
    body = Body(origin, size, root)
    assert Body.parse(body.text()) == body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        CHECKPOINT + "extension\n",
        CHECKPOINT.replace("\n7\n", "\n07\n"),
        CHECKPOINT.replace("\n7\n", "\n+7\n"),
        CHECKPOINT.replace("\n7\n", "\n٧\n"),
        CHECKPOINT.replace("\n7\n", "\n9999999999999999999\n"),
        CHECKPOINT.replace("=\n", "\n"),
        CHECKPOINT.replace("AAEC", "AAE!"),
        "\n" + CHECKPOINT.split("\n", 1)[1],
        CHECKPOINT[:-1],
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotABody):
        Body.parse(text)

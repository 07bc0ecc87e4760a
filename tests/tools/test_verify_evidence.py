"""Tampering with evidence: every line that was edited, dropped, put in or moved is found, the first one by
name.

Bundles are made here of a tree in memory, by the same formats; that the real export fits is tested beside it
(tests/compliance/proofs/test_evidence.py).
"""

import base64
import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoints.keys import LogKeys
from audit.merkle.body import Body
from audit.merkle.hashing import leaf_hash, root_of
from audit.merkle.proofs import consistency_proof, inclusion_proof
from audit.merkle.ranges import runs_proof
from compliance.proofs.files import growth_file, hash_lines, proof_file
from tools import verify_evidence

KEYS = LogKeys("example.com/log", Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
VKEYS = [key.vkey() for key in KEYS.public()]
SIZE, FIRST, PAST = 300, 90, 250
DEAL = "11111111-1111-4111-8111-111111111111"
LEAVES = [
    json.dumps({"deal": DEAL if n % 3 else None, "id": n, "subjects": [DEAL][n % 2 :]}).encode()
    for n in range(SIZE)
]
OF_DEAL = [n for n in range(SIZE) if n % 3]


def hashes(level: int, index: int) -> bytes:
    return root_of(map(leaf_hash, LEAVES[index << level : (index + 1) << level]))


def note(size: int = SIZE, root: bytes | None = None) -> bytes:
    return KEYS.sign(Body(KEYS.origin, size, root or root_of(map(leaf_hash, LEAVES[:size]))).text()).encoded()


def folder_of(path: Path, files: dict[str, bytes], **facts: Any) -> Path:
    """A bundle whose manifest is signed over these files."""
    files = {"checkpoint": note(), "keys.txt": "\n".join(VKEYS).encode(), **files}
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    text = json.dumps({"v": 1, "size": SIZE, "files": digests, **facts}, indent=1)
    files["manifest.note"] = KEYS.sign_statement(f"{verify_evidence.MANIFEST_HEAD}\n{text}\n").encoded()
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


@pytest.fixture
def month(tmp_path: Path) -> Path:
    files = {
        "entries.jsonl": b"".join(leaf + b"\n" for leaf in LEAVES[FIRST:PAST]),
        "hashes.bin": b"".join(map(leaf_hash, LEAVES[FIRST:PAST])),
        "outside.txt": hash_lines(runs_proof(hashes, [(FIRST, PAST)], SIZE)),
    }
    return folder_of(tmp_path, files, kind="month", about="2026-11", first=FIRST, entries=PAST - FIRST)


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    places = [
        json.dumps({"index": n, "proof": hash_lines(inclusion_proof(hashes, n, SIZE)).decode().split()})
        for n in OF_DEAL
    ]
    steps = " ".join(str(n - before) for before, n in zip([-1, *OF_DEAL], OF_DEAL, strict=False))
    files = {
        "entries.jsonl": b"".join(LEAVES[n] + b"\n" for n in OF_DEAL),
        "places.jsonl": "".join(f"{one}\n" for one in places).encode(),
    }
    return folder_of(tmp_path, files, kind="deal", about=DEAL, entries=len(OF_DEAL), steps=steps)


def verified(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    keys = [part for vkey in VKEYS for part in ("--key", vkey)]
    code = verify_evidence.main([str(path), *keys, "--json", *more])
    said = capsys.readouterr().out
    return code, json.loads(said)["facts"] if said else {}


def lines_of(path: Path, name: str = "entries.jsonl") -> list[bytes]:
    return (path / name).read_bytes().splitlines(keepends=True)


def put(path: Path, lines: list[bytes], name: str = "entries.jsonl") -> None:
    (path / name).write_bytes(b"".join(lines))


def edited(lines: list[bytes], place: int) -> None:
    lines[place] = lines[place].replace(b'"id": ', b'"id": 9')


def dropped(lines: list[bytes], place: int) -> None:
    del lines[place]


def doubled(lines: list[bytes], place: int) -> None:
    lines.insert(place, b'{"deal": null}\n')


def swapped(lines: list[bytes], place: int) -> None:
    other = place + 1 if place + 1 < len(lines) else place - 1
    lines[place], lines[other] = lines[other], lines[place]


PLACES = [0, 1, 57, -2, -1]


def test_untouched_evidence_is_proved(month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = verified(month, capsys)
    assert code == 0
    assert told["range"] == {"count": 160, "first": 90, "last": 249, "about": "2026-11"}


def test_untouched_history_is_proved(deal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = verified(deal, capsys)
    assert code == 0
    assert told["history"]["count"] == 200


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("how", "words"), [(edited, "edited"), (dropped, "dropped"), (doubled, "inserted"), (swapped, "moved")]
)
def test_attack_a_month_that_was_touched_names_the_first_bad_line(
    month: Path, capsys: pytest.CaptureFixture[str], place: int, how: Any, words: str
) -> None:
    lines = lines_of(month)
    at = place % len(lines)
    how(lines, at)
    put(month, lines)
    code, told = verified(month, capsys)
    assert code == 1
    if how is dropped and at == 159:
        assert told == {"tail": {"line": 159, "count": 1}}
    else:
        first = min(at, len(lines) - 2) if how is swapped else at
        assert list(told) == [words]
        assert told[words]["line"] == first + 1


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", [edited, dropped, doubled, swapped])
def test_attack_a_history_that_was_touched_names_the_first_bad_line(
    deal: Path, capsys: pytest.CaptureFixture[str], place: int, how: Any
) -> None:
    lines = lines_of(deal)
    at = place % len(lines)
    how(lines, at)
    put(deal, lines)
    code, told = verified(deal, capsys)
    (wrong,) = told.values()
    first = min(at, len(lines) - 2) if how is swapped else at
    assert code == 1
    assert wrong["line"] == (199 if how is dropped and at == 199 else first + 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", [dropped, swapped])
def test_attack_a_history_whose_places_were_touched_alike_is_found(
    deal: Path, capsys: pytest.CaptureFixture[str], place: int, how: Any
) -> None:
    for name in ("entries.jsonl", "places.jsonl"):
        lines = lines_of(deal, name)
        at = place % len(lines)
        how(lines, at)
        put(deal, lines, name)
    code, told = verified(deal, capsys)
    assert code == 1
    (words,) = told
    assert words in ({"dropped", "tail"} if how is dropped else {"dropped", "moved"})
    if words != "tail":
        assert told[words]["line"] == min(at, 198) + 1


def test_attack_an_entry_of_the_log_that_is_of_another_deal_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even with a manifest that the house signed."""
    place = json.dumps({"index": 3, "proof": hash_lines(inclusion_proof(hashes, 3, SIZE)).decode().split()})
    files = {"entries.jsonl": LEAVES[3] + b"\n", "places.jsonl": place.encode() + b"\n"}
    path = folder_of(tmp_path, files, kind="deal", about=DEAL, entries=1, steps="4")
    assert verified(path, capsys) == (1, {"about": {"line": 1, "about": DEAL}})


@pytest.mark.parametrize("name", ["hashes.bin", "outside.txt", "checkpoint", "keys.txt", "manifest.note"])
def test_attack_every_other_file_is_vouched_for_too(
    month: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    data = bytearray((month / name).read_bytes())
    for place in {0, len(data) // 2}:
        before = data[place]
        data[place] = ord("A") if before != ord("A") else ord("B")
        (month / name).write_bytes(data)
        assert verified(month, capsys)[0] == 1
        data[place] = before
    (month / name).unlink()
    assert verified(month, capsys) == (1, {"file_gone": {"name": name}})


def test_attack_lines_and_hashes_altered_together_are_not_the_signed_tree(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(month)
    edited(lines, 5)
    put(month, lines)
    (month / "hashes.bin").write_bytes(b"".join(leaf_hash(line[:-1]) for line in lines))
    assert verified(month, capsys) == (1, {"bad_hashes": {}})


def test_attack_a_checkpoint_of_another_log_or_key_is_refused(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alien = Body("another/log", SIZE, root_of(map(leaf_hash, LEAVES))).text()
    (month / "checkpoint").write_bytes(KEYS.sign(alien).encoded())
    assert list(verified(month, capsys)[1]) == ["bad_body"]
    other = LogKeys(KEYS.origin, Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
    (month / "checkpoint").write_bytes(other.sign(Body.parse(alien).text()).encoded())
    assert list(verified(month, capsys)[1]) == ["bad_note"]


def test_attack_a_checkpoint_does_not_pass_for_a_manifest(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (month / "manifest.note").write_bytes(note())
    assert list(verified(month, capsys)[1]) == ["bad_manifest"]


@given(st.data())
def test_attack_no_change_of_any_byte_is_missed(data: st.DataObject) -> None:
    """Of the entries of a month: the same bytes or nothing."""
    whole = b"".join(leaf + b"\n" for leaf in LEAVES[FIRST:PAST])
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[place]))
    touched = whole[:place] + bytes([byte]) + whole[place + 1 :]

    class Memory:
        @staticmethod
        def open(name: str) -> Any:
            import io

            return io.BytesIO(touched)

    expected = b"".join(map(leaf_hash, LEAVES[FIRST:PAST]))
    with pytest.raises(verify_evidence.Wrong):
        verify_evidence._compare_lines(Memory, expected, [(FIRST, PAST)])


@given(st.integers(1, SIZE), st.data())
def test_runs_of_any_tree_are_proved_and_no_others(size: int, data: st.DataObject) -> None:
    places = st.lists(st.integers(0, size), min_size=2, max_size=12, unique=True)
    edges = sorted(data.draw(places.filter(lambda one: len(one) % 2 == 0)))
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    beside = runs_proof(hashes, runs, size)
    leaves = b"".join(leaf_hash(LEAVES[n]) for first, past in runs for n in range(first, past))
    root = root_of(map(leaf_hash, LEAVES[:size]))
    assert verify_evidence.runs_root(leaves, runs, size, beside) == root
    assert verify_evidence.runs_root(leaves, runs, size, [*beside, bytes(32)]) is None
    if beside:
        assert verify_evidence.runs_root(leaves, runs, size, beside[:-1]) is None
        place = random.randrange(len(beside))
        beside[place] = bytes(32)
        assert verify_evidence.runs_root(leaves, runs, size, beside) != root


@pytest.mark.parametrize(
    "runs", [[(0, 0)], [(3, 2)], [(0, 6)], [(-1, 2)], [(0, 2), (1, 3)], [(3, 4), (0, 1)], []]
)
def test_there_is_no_proof_of_leaves_that_are_none(runs: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="leaves"):
        runs_proof(hashes, runs, 5)


def test_attack_a_proof_of_an_entry_holds_for_its_bytes_place_and_tree_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = inclusion_proof(hashes, 7, SIZE)
    path = tmp_path / "proof"
    good = proof_file(LEAVES[7], 7, proof, note())
    path.write_bytes(good)
    assert verified(path, capsys)[0] == 0
    for bad in (
        proof_file(LEAVES[8], 7, proof, note()),
        proof_file(LEAVES[7], 8, proof, note()),
        proof_file(LEAVES[7], 7, proof[:-1], note()),
        proof_file(LEAVES[7], 7, [*proof, bytes(32)], note()),
        proof_file(LEAVES[7], 7, proof[::-1], note()),
        proof_file(LEAVES[7], 7, proof, note(200)),
        proof_file(LEAVES[7], 7 + (1 << 70), proof, note()),
    ):
        path.write_bytes(bad)
        code, told = verified(path, capsys)
        assert (code, list(told)) == (1, ["bad_entry"])


@given(st.integers(1, SIZE), st.integers(1, SIZE))
def test_growth_holds_between_any_two_sizes(first: int, second: int) -> None:
    old, new = sorted((first, second))
    data = growth_file(old, consistency_proof(hashes, old, new), note(new))
    keys = [verify_evidence.Key(vkey) for vkey in VKEYS]
    assert verify_evidence.growth(data, keys, note(old))[-1] == ("growth", {"size": new, "old": old})
    with pytest.raises(verify_evidence.Wrong):
        verify_evidence.growth(data, keys, note(old, bytes(32)))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"c2sp.org/tlog-proof@v1\nindex 1\n\n", b"\xff\xfe\n\n\xe2\x80\x94 a"]
)
def test_what_is_no_evidence_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert verified(tmp_path / "file", capsys)[0] == 2
    assert verified(tmp_path / "missing", capsys)[0] == 2


@pytest.mark.parametrize(
    "vkey", ["", "a", "a+b", "a+b+c", "example.com/log+00000000+" + base64.b64encode(bytes(33)).decode()]
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(verify_evidence.Unreadable):
        verify_evidence.Key(vkey)


def test_every_sentence_is_in_both_languages_with_the_same_places() -> None:
    import re

    for key, (english, chinese) in verify_evidence.WORDS.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese)), key

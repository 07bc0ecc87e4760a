"""What is said of a log that goes on from one whose newest entries were lost."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from audit.checkpoints.keys import name_of
from audit.merkle.body import Body
from audit.merkle.hashing import leaf_hash, root_of
from audit.merkle.proofs import consistency_proof, inclusion_proof
from compliance.proofs.files import growth_file, proof_file
from tests.tools.test_verify_evidence import KEYS, LEAVES, SIZE, hashes, month, note
from tools import verify_evidence

__all__ = ["month"]
LATER = replace(KEYS, origin=name_of(KEYS.origin, 2))
FORMER = {"origin": KEYS.origin, "size": 400, "agreed": 200, "lost": 200, "at": "2026-11-23T00:00:00Z"}


def later_note(size: int = SIZE) -> bytes:
    root = root_of(map(leaf_hash, LEAVES[:size]))
    return LATER.sign(Body(LATER.origin, size, root).text()).encoded()


def run(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    keys = [part for key in (*KEYS.public(), *LATER.public()) for part in ("--key", key.vkey())]
    code = verify_evidence.main([str(path), *keys, "--json", *more])
    return code, json.loads(capsys.readouterr().out)["facts"]


def bundle(path: Path, former: object) -> Path:
    """The month's bundle, of the later generation."""
    manifest = json.loads((path / "manifest.note").read_text().split("\n\n")[0].partition("\n")[2])
    (path / "checkpoint").write_bytes(later_note())
    manifest["files"]["checkpoint"] = sha256((path / "checkpoint").read_bytes()).hexdigest()
    text = json.dumps(manifest | {"former": former}, indent=1)
    statement = LATER.sign_statement(f"{verify_evidence.MANIFEST_HEAD}\n{text}\n")
    (path / "manifest.note").write_bytes(statement.encoded())
    return path


def test_a_proof_names_the_generation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "proof"
    path.write_bytes(proof_file(LEAVES[7], 7, inclusion_proof(hashes, 7, SIZE), later_note()))
    code, told = run(path, capsys)
    assert code == 0
    assert told["signed"]["origin"] == "example.com/log/generation-2"
    assert told["generation"] == {"first": "example.com/log", "number": 2}


def test_a_bundle_says_how_many_entries_were_lost(month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(bundle(month, FORMER), capsys)
    assert code == 0
    assert told["former"] == {name: FORMER[name] for name in ("origin", "size", "agreed", "lost")}
    assert told["generation"]["number"] == 2


@pytest.mark.parametrize("former", [{"size": 1}, "x", [1], 7])
def test_a_manifest_that_states_it_otherwise_is_refused(
    month: Path, capsys: pytest.CaptureFixture[str], former: object
) -> None:
    code, told = run(bundle(month, former), capsys)
    assert (code, list(told)) == (1, ["bad_manifest"])


def test_the_first_generation_says_nothing_of_generations(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = run(month, capsys)
    assert not told.keys() & {"generation", "former"}


def test_attack_checkpoints_of_two_generations_prove_nothing_about_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    older.write_bytes(note(200))
    newer.write_bytes(growth_file(200, consistency_proof(hashes, 200, SIZE), later_note()))
    assert list(run(newer, capsys, "--checkpoint", str(older))[1]) == ["other_log"]
    newer.write_bytes(later_note(200))
    assert list(run(newer, capsys, "--checkpoint", str(older))[1]) == ["other_log"]


def test_attack_a_signature_of_one_generation_does_not_fit_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swapped = later_note().replace(b"example.com/log/generation-2", b"example.com/log")
    path = tmp_path / "proof"
    path.write_bytes(proof_file(LEAVES[7], 7, inclusion_proof(hashes, 7, SIZE), swapped))
    assert list(run(path, capsys)[1]) == ["bad_note"]

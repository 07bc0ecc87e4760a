"""A month whose entries lie among those of its neighbours: what is here is proved, the rest is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from audit.merkle.hashing import leaf_hash
from audit.merkle.ranges import runs_in, runs_proof, runs_text
from compliance.proofs.files import hash_lines
from tests.tools.test_verify_evidence import (
    DEAL,
    LEAVES,
    PLACES,
    SIZE,
    deal,
    doubled,
    dropped,
    edited,
    folder_of,
    hashes,
    lines_of,
    put,
    swapped,
    verified,
)

__all__ = ["deal"]
RUNS = [(90, 150), (152, 153), (160, 250)]
HERE = [n for first, past in RUNS for n in range(first, past)]


def month_of(path: Path, places: list[tuple[int, int]] = RUNS, **facts: Any) -> Path:
    files = {
        "entries.jsonl": b"".join(LEAVES[n] + b"\n" for n in HERE),
        "hashes.bin": b"".join(leaf_hash(LEAVES[n]) for n in HERE),
        "outside.txt": hash_lines(runs_proof(hashes, RUNS, SIZE)),
    }
    told = {"runs": runs_text(places), "entries": len(HERE)} | facts
    return folder_of(path, files, kind="month", about="2026-11", **told)


def test_what_is_here_and_what_is_not_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = verified(month_of(tmp_path), capsys)
    assert code == 0
    assert told["runs"] == {
        "count": 151,
        "first": 90,
        "last": 249,
        "about": "2026-11",
        "here": "90-149 152-152 160-249",
        "others": 9,
    }
    assert "range" not in told
    assert runs_in(told["runs"]["here"]) == RUNS


@pytest.mark.parametrize("place", [*PLACES, 60, 61])
@pytest.mark.parametrize(
    ("how", "words"), [(edited, "edited"), (dropped, "dropped"), (doubled, "inserted"), (swapped, "moved")]
)
def test_attack_the_first_touched_line_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: int, how: Any, words: str
) -> None:
    path = month_of(tmp_path)
    lines = lines_of(path)
    at = place % len(lines)
    how(lines, at)
    put(path, lines)
    code, told = verified(path, capsys)
    assert code == 1
    if how is dropped and at == len(HERE) - 1:
        assert told == {"tail": {"line": at, "count": 1}}
        return
    first = min(at, len(HERE) - 2) if how is swapped else at
    assert list(told) == [words]
    assert told[words]["line"] == first + 1
    assert told[words].get("index", HERE[first]) == HERE[first]


@pytest.mark.parametrize(
    "runs",
    [
        [(90, 150), (153, 154), (160, 250)],
        [(91, 151), (152, 153), (160, 250)],
        [(90, 150), (150, 151), (160, 250)],
        [(0, 151)],
    ],
)
def test_attack_other_places_than_those_of_the_tree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], runs: list[tuple[int, int]]
) -> None:
    """Even with a manifest that the house signed."""
    assert verified(month_of(tmp_path, runs), capsys) == (1, {"bad_hashes": {}})


@pytest.mark.parametrize(
    "facts",
    [
        {"runs": ""},
        {"runs": "90"},
        {"runs": 90},
        {"runs": "90-149 140-230"},
        {"runs": "160-249 90-149 152-152"},
        {"runs": "149-90"},
        {"runs": "-1-149"},
        {"entries": 150},
        {"entries": "151"},
        {"left": [["2026-11"]]},
        {"left": [["2026-11", "short"]]},
        {"left": {"2026-11": "0" * 64}},
    ],
)
def test_attack_a_manifest_of_no_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facts: dict[str, Any]
) -> None:
    assert verified(month_of(tmp_path, **facts), capsys) == (1, {"bad_manifest": {}})


def test_a_history_says_which_months_it_does_not_hold(deal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (deal / "manifest.note").read_text().partition("\n")[2].partition("\n\n")[0]
    facts = json.loads(text)
    left = [["2023-01", "ab" * 32], ["2024-05", "cd" * 32]]
    names = ("entries.jsonl", "places.jsonl")
    files = {name: (deal / name).read_bytes() for name in names}
    kept = {name: facts[name] for name in ("kind", "about", "entries", "steps")}
    code, told = verified(folder_of(deal, files, **kept, left=left), capsys)
    assert code == 0
    assert told["history"]["about"] == DEAL
    assert told["claimed_left"] == {"bundles": f"2023-01 {'ab' * 32}; 2024-05 {'cd' * 32}"}
    assert "claimed" not in told

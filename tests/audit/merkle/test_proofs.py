"""Roots and proofs are those of the specification, and a proof of anything else is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle import hashing, proofs
from tests.audit.merkle import naive

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "merkle.json").read_text())
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]

trees = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


class Hashes:
    """Full subtrees of the given leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def __call__(self, level: int, index: int) -> bytes:
        start, end = index << level, (index + 1) << level
        assert end <= len(self.leaves), "only full subtrees may be asked for"
        return naive.mth(self.leaves[start:end])


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    root = hashing.root_of(map(hashing.leaf_hash, LEAVES[:size]))
    assert root.hex() == VECTORS["roots"][size]


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_published_inclusion_proofs(vector: dict[str, object]) -> None:
    index, size = int(vector["index"]), int(vector["size"])  # type: ignore[call-overload]
    proof = proofs.inclusion_proof(Hashes(LEAVES[:size]), index, size)
    assert [step.hex() for step in proof] == vector["proof"]
    root = bytes.fromhex(VECTORS["roots"][size])
    assert proofs.verify_inclusion(hashing.leaf_hash(LEAVES[index]), index, size, proof, root)


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_published_consistency_proofs(vector: dict[str, object]) -> None:
    old, new = int(vector["old"]), int(vector["new"])  # type: ignore[call-overload]
    proof = proofs.consistency_proof(Hashes(LEAVES[:new]), old, new)
    assert [step.hex() for step in proof] == vector["proof"]
    roots = [bytes.fromhex(VECTORS["roots"][size]) for size in (old, new)]
    assert proofs.verify_consistency(old, roots[0], new, roots[1], proof)


@given(trees)
def test_the_root_is_that_of_the_specification(leaves: list[bytes]) -> None:
    expected = naive.mth(leaves)
    assert hashing.root_of(map(hashing.leaf_hash, leaves)) == expected
    assert proofs.root_at(Hashes(leaves), len(leaves)) == expected


@given(trees, st.data())
def test_inclusion_is_proved_and_nothing_else_is(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = proofs.inclusion_proof(Hashes(leaves), index, len(leaves))
    assert proof == naive.path(index, leaves)
    leaf, root = hashing.leaf_hash(leaves[index]), naive.mth(leaves)

    def verifies(
        leaf: bytes = leaf, index: int = index, size: int = len(leaves), proof: list[bytes] = proof
    ) -> bool:
        return proofs.verify_inclusion(leaf, index, size, proof, root)

    assert verifies()
    assert not verifies(leaf=hashing.leaf_hash(leaves[index] + b"x"))
    assert not verifies(index=len(leaves))
    assert not verifies(index=-1)
    assert not verifies(proof=[*proof, bytes(32)])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not verifies(proof=proof[:place] + proof[place + 1 :])
        assert not verifies(proof=[*proof[:place], bytes(32), *proof[place + 1 :]])


@given(trees, st.data())
def test_consistency_is_proved_and_nothing_else_is(leaves: list[bytes], data: st.DataObject) -> None:
    old, new = data.draw(st.integers(1, len(leaves))), len(leaves)
    proof = proofs.consistency_proof(Hashes(leaves), old, new)
    assert proof == naive.proof(old, leaves)
    old_root, new_root = naive.mth(leaves[:old]), naive.mth(leaves)
    assert proofs.verify_consistency(old, old_root, new, new_root, proof)
    assert not proofs.verify_consistency(old, bytes(32), new, new_root, proof)
    assert not proofs.verify_consistency(old, old_root, new, bytes(32), proof)
    assert not proofs.verify_consistency(old, old_root, new, new_root, [*proof, bytes(32)])
    assert not proofs.verify_consistency(new + 1, old_root, new, new_root, proof)
    if proof:
        assert not proofs.verify_consistency(old, old_root, new, new_root, proof[:-1])


@given(trees, st.integers(0, 80), st.integers(0, 80))
def test_what_no_tree_has_is_not_proved(leaves: list[bytes], one: int, other: int) -> None:
    if one >= other:
        with pytest.raises(ValueError, match="has no leaf"):
            proofs.inclusion_proof(Hashes(leaves), one, other)
    if not 1 <= one <= other:
        with pytest.raises(ValueError, match="older tree"):
            proofs.consistency_proof(Hashes(leaves), one, other)
    assert not proofs.verify_consistency(0, b"", one, b"", [])
    with pytest.raises(ValueError, match="no leaves"):
        proofs.root_at(Hashes(leaves), 0)

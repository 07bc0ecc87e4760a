"""Proofs that an entry is in the tree, and that one tree goes on from another (RFC 9162, 2.1.3 and 2.1.4).

A proof is made of hashes of full subtrees. `hashes(level, index)` reads one: the root over the leaves
index * 2^level to (index + 1) * 2^level - 1.
"""

from collections.abc import Callable, Sequence

from audit.merkle.hashing import node_hash

Hashes = Callable[[int, int], bytes]


def root_at(hashes: Hashes, size: int) -> bytes:
    """The root of the first `size` leaves, at least one."""
    if size < 1:
        raise ValueError("a tree of no leaves has no hashes to read")
    return _subtree(hashes, 0, size)


def inclusion_proof(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """What leads from leaf `index` to the root of the first `size` leaves, from the bottom up.

    Raises:
        ValueError: the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    proof = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            proof.append(_subtree(hashes, middle, end))
            end = middle
        else:
            proof.append(_subtree(hashes, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """What shows that the first `old` of `new` leaves have the root that they had; empty for the same size.

    Raises:
        ValueError: `old` is not between 1 and `new`.
    """
    if not 1 <= old <= new:
        raise ValueError("the older tree has at least one leaf and at most as many as the newer")
    proof = []
    start, end = 0, new
    while old < end:
        middle = start + _left(end - start)
        if old <= middle:
            proof.append(_subtree(hashes, middle, end))
            end = middle
        else:
            proof.append(_subtree(hashes, start, middle))
            start = middle
    if start:  # the older tree's last subtree; where it is the whole older tree, its root is known
        proof.append(_subtree(hashes, start, end))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf hash at `index` to the root of `size` leaves (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, made = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            made = node_hash(step, made)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            made = node_hash(made, step)
        node, last = node >> 1, last >> 1
    return last == 0 and made == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the tree of `new` leaves to begin with that of `old` (2.1.4.2)."""
    if not 1 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if not proof:
        return False
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _left(count: int) -> int:
    """How many leaves go to the left: the largest power of two below `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(hashes: Hashes, start: int, end: int) -> bytes:
    """The root over leaves `start` to before `end`; `start` is a multiple of a power of two >= the count."""
    count = end - start
    if count & (count - 1) == 0:
        return hashes(count.bit_length() - 1, start // count)
    middle = start + _left(count)
    return node_hash(_subtree(hashes, start, middle), _subtree(hashes, middle, end))

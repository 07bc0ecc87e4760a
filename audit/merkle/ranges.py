"""Proofs that consecutive leaves are all the leaves between two places of a tree: the hashes beside them.

Whoever holds the leaves computes the root; nothing among them can be missing, put in or moved.
"""

from collections.abc import Iterator

from audit.merkle.proofs import Hashes


def range_proof(hashes: Hashes, first: int, past: int, size: int) -> list[bytes]:
    """The full subtrees outside leaves `first` to before `past`, from left to right.

    Raises:
        ValueError: there are no such leaves in a tree of `size`.
    """
    return [
        hashes((end - start).bit_length() - 1, start // (end - start))
        for start, end in outside(first, past, size)
    ]


def outside(first: int, past: int, size: int) -> Iterator[tuple[int, int]]:
    """The full subtrees outside, as (start, end). Raises ValueError as `range_proof` does."""
    if not 0 <= first < past <= size:
        raise ValueError(f"a tree of {size} leaves has no leaves {first} to {past}")
    yield from _walk(0, size, first, past)


def _walk(start: int, end: int, first: int, past: int) -> Iterator[tuple[int, int]]:
    """A tree splits at the largest power of two below its count (RFC 6962, 2.1)."""
    count = end - start
    if first <= start and end <= past:
        return
    if count & (count - 1) == 0 and (end <= first or start >= past):
        yield start, end
        return
    middle = start + (1 << (count - 1).bit_length() - 1)
    yield from _walk(start, middle, first, past)
    yield from _walk(middle, end, first, past)

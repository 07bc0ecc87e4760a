"""Proofs that runs of consecutive leaves stand at their places in a tree: the hashes of all beside them.

Whoever holds the leaves computes the root; nothing within a run can be missing, put in or moved. A run is
(first, the one behind the last).
"""

from collections.abc import Iterator, Sequence

from audit.merkle.proofs import Hashes

Run = tuple[int, int]


def runs_proof(hashes: Hashes, runs: Sequence[Run], size: int) -> list[bytes]:
    """The full subtrees before, between and behind the runs, from left to right.

    Raises:
        ValueError: there are no such leaves in a tree of `size`, or they do not rise.
    """
    return [
        hashes((end - start).bit_length() - 1, start // (end - start)) for start, end in outside(runs, size)
    ]


def outside(runs: Sequence[Run], size: int) -> Iterator[tuple[int, int]]:
    """The full subtrees outside, as (start, end). Raises ValueError as `runs_proof` does."""
    before = 0
    for first, past in runs:
        if not before <= first < past <= size:
            raise ValueError(f"a tree of {size} leaves has no leaves {first} to {past} behind {before}")
        before = past
    if not runs:
        raise ValueError("no leaves")
    yield from _walk(0, size, runs)


def _walk(start: int, end: int, runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    """A tree splits at the largest power of two below its count (RFC 6962, 2.1)."""
    count = end - start
    among = [run for run in runs if run[0] < end and run[1] > start]
    if among and among[0][0] <= start and end <= among[0][1]:
        return
    if not among and count & (count - 1) == 0:
        yield start, end
        return
    middle = start + (1 << (count - 1).bit_length() - 1)
    yield from _walk(start, middle, among)
    yield from _walk(middle, end, among)


def runs_text(runs: Sequence[Run]) -> str:
    """As manifests name them: `first-last` of each, a space between."""
    return " ".join(f"{first}-{past - 1}" for first, past in runs)


def runs_in(text: str) -> list[Run]:
    """The runs that such a text names. Raises ValueError."""
    pairs = (one.split("-") for one in text.split())
    return [(int(first), int(last) + 1) for first, last in pairs]

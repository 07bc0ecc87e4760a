"""Hiding small cells of a table of counts, so that no sum gives them back (measure M33).

A cell of 1 to k-1 people is hidden. One hidden cell alone would be the total less what is shown, so more are
hidden until there are two at least and together they stand for k people or more: complementary suppression
(Willenborg and de Waal, Elements of Statistical Disclosure Control, 2001, ch. 4). Which cell comes along is
decided by its place and never by its value: a rule like "the smallest" tells its size to whoever knows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5  # people


@dataclass(frozen=True, slots=True)
class Published:
    """What may be shown; None is hidden. The total is hidden where all people together are too few."""

    cells: tuple[int | None, ...]
    total: int | None


def publish(counts: Sequence[int], smallest: int = SMALLEST) -> Published:
    """A table whose cells part one population: each person is in exactly one of them."""
    total = sum(counts)
    small = [place for place, count in enumerate(counts) if 0 < count < smallest]
    hidden = set(small)
    for step in range(1, len(counts)):
        if not hidden or _is_safe(counts, hidden, smallest):
            break
        hidden.add((small[0] + step) % len(counts))
    told = not hidden or _is_safe(counts, hidden, smallest)
    cells = tuple(None if place in hidden else count for place, count in enumerate(counts))
    return Published(cells, total if told else None)


def _is_safe(counts: Sequence[int], hidden: set[int], smallest: int) -> bool:
    """Whether the sum of the hidden cells, which the total gives away, tells none of them.

    If all of them are small, each lies from 1 to smallest-1; a sum at either end of what that allows would
    tell every one. A cell that only came along breaks that: it may be any size.
    """
    together = sum(counts[place] for place in hidden)
    if len(hidden) < 2 or together < smallest:
        return False
    only_small = all(0 < counts[place] < smallest for place in hidden)
    return not only_small or len(hidden) < together < len(hidden) * (smallest - 1)


def publish_apart(counts: Sequence[int], smallest: int = SMALLEST) -> tuple[int | None, ...]:
    """Counts that part nothing (one person may be in several) and have no total to be taken from."""
    return tuple(None if 0 < count < smallest else count for count in counts)

"""Rectangles on pages: as fractions of the page as it is drawn, from its upper left corner."""

from collections.abc import Iterable
from math import ceil, floor, isfinite
from typing import NamedTuple, Self

SMALLEST = 0.001  # of the page, in each direction: less is a slip of the hand


class Box(NamedTuple):
    """Where on which page (from 1). Every value lies in 0 to 1, right of left and below top."""

    page: int
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, page: int, places: Iterable[tuple[float, float, float, float]], *, air: float) -> Self:
        """What encloses all of `places`, and as much around it as `air` times its smaller side."""
        lefts, tops, rights, bottoms = zip(*places, strict=True)
        left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
        more = air * min(right - left, bottom - top)
        return cls(page, *map(_within, (left - more, top - more, right + more, bottom + more)))

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def is_sound(self) -> bool:
        """Whether it is a rectangle on a page at all."""
        sides = (self.left, self.top, self.right, self.bottom)
        return (
            self.page >= 1
            and all(isfinite(side) and 0 <= side <= 1 for side in sides)
            and min(self.width, self.height) >= SMALLEST
        )

    def pixels(self, wide: int, tall: int, *, grid: int = 1) -> tuple[int, int, int, int]:
        """First and last column and row, inclusive, of an image of this size that the box touches.

        Rounded outwards, to whole squares of `grid` pixels, so that no pixel of it is left over.
        """
        left, right = floor(self.left * wide / grid) * grid, ceil(self.right * wide / grid) * grid
        top, bottom = floor(self.top * tall / grid) * grid, ceil(self.bottom * tall / grid) * grid
        return left, top, min(right, wide) - 1, min(bottom, tall) - 1


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)

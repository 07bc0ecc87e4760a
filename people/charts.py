"""Bars for small charts, drawn as SVG by templates/compliance/_bars.html: no script, no inline style."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 40  # units of the drawing
WIDTH = 10  # of one bar, gap included


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from the ground up; `marked` of its `height` is the part that asks for attention."""

    label: str
    x: int
    height: float
    marked: float

    @property
    def top(self) -> float:
        return HEIGHT - self.height

    @property
    def marked_top(self) -> float:
        return HEIGHT - self.marked


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing of bars; `first` and `last` are written beneath its ends."""

    bars: list[Bar]
    first: str
    last: str
    height: int = HEIGHT

    @property
    def width(self) -> int:
        return len(self.bars) * WIDTH


def drawn(values: Sequence[tuple[str, int, int]], *, first: str, last: str) -> Bars:
    """Bars of (label, whole, marked part), scaled to the highest."""
    highest = max((whole for _, whole, _ in values), default=0) or 1
    bars = [
        Bar(label, place * WIDTH, round(whole * HEIGHT / highest, 1), round(part * HEIGHT / highest, 1))
        for place, (label, whole, part) in enumerate(values)
    ]
    return Bars(bars, first, last)

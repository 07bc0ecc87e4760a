"""What is usual for somebody: median and MAD of their days. Pure.

The median does not move for one extreme day, and the MAD (the median distance from it) hardly does: half of
the days would have to be unusual first (breakdown point 50 %, Rousseeuw and Croux 1993). Somebody cannot
raise their own bar by one large day. What moves it is doing more every day for weeks, which is why each
rule has a floor and why days of confirmed findings do not count.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# 1.4826 × MAD estimates the standard deviation where days are normally distributed.
NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Baseline:
    """`middle` and `spread` of `days` days: both in the unit of what was counted."""

    middle: float
    spread: float
    days: int

    def limit(self, *, factor: float, floor: float) -> float:
        """From which count on a day is unusual; never below `floor`."""
        return max(floor, self.middle + factor * self.spread)


def mad(values: Sequence[float]) -> float:
    """The median of the distances from the median. Raises ValueError for no values."""
    if not values:
        raise ValueError("nothing has no spread")
    middle = median(values)
    return median(abs(value - middle) for value in values)


def baseline(values: Sequence[float]) -> Baseline:
    """Of counts. Raises ValueError for none.

    Counts scatter at least as those of independent events do, by the root of their mean (Poisson): who does
    exactly the same every day has MAD 0 and is still not unusual with one more.
    """
    middle = float(median(values)) if values else 0.0
    return Baseline(middle, max(NORMAL * mad(values), math.sqrt(middle), 1.0), len(values))


def usual(own: Sequence[float], house: Sequence[float], *, least: int) -> Baseline | None:
    """The person's own baseline from `least` days on; for a newcomer the house's; None when that is no larger
    than `least` either, and nothing can be called unusual but by a floor."""
    if len(own) >= least:
        return baseline(own)
    return baseline(house) if len(house) >= least else None

"""What is usual: robust, in scale, and the same for the same days in any order."""

import math
from statistics import median

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.anomalies.baselines import NORMAL, Baseline, baseline, mad, usual

COUNTS = st.lists(st.integers(0, 10_000), min_size=10, max_size=60)


@given(COUNTS, st.integers(0, 10**9))
def test_one_extreme_day_does_not_shift_it(days: list[int], extreme: int) -> None:
    """The middle stays between the neighbours that it had, however extreme the day."""
    ordered = sorted(days)
    low, high = ordered[(len(days) - 1) // 2 - 1], ordered[len(days) // 2 + 1]
    after = baseline([*days, extreme])
    assert low <= after.middle <= high
    spread = max(abs(value - after.middle) for value in ordered)
    assert after.spread <= max(NORMAL * spread, math.sqrt(after.middle), 1)


@given(st.lists(st.integers(0, 10_000), min_size=11, max_size=60), st.integers(1, 5), st.data())
def test_fewer_than_half_of_the_days_cannot_lift_it_over_what_the_others_were(
    days: list[int], share: int, data: st.DataObject
) -> None:
    wild = data.draw(st.lists(st.integers(10**6, 10**9), max_size=(len(days) - 1) // 2))
    assert baseline([*days, *wild]).middle <= max(days)


@given(COUNTS, st.integers(1, 50))
def test_scale(days: list[int], by: int) -> None:
    assert mad([by * value for value in days]) == by * mad(days)
    assert baseline([by * value for value in days]).middle == by * baseline(days).middle


@given(COUNTS, st.randoms())
def test_the_order_of_the_days_is_nothing(days: list[int], shuffler: object) -> None:
    other = list(days)
    shuffler.shuffle(other)  # type: ignore[attr-defined]
    assert baseline(other) == baseline(days)


@given(st.integers(0, 100_000), st.integers(10, 60))
def test_who_does_the_same_every_day_is_not_unusual_with_a_little_more(count: int, days: int) -> None:
    found = baseline([count] * days)
    assert found.middle == count
    assert found.spread == max(math.sqrt(count), 1)
    assert found.limit(factor=6, floor=0) >= count + 6


@given(COUNTS, st.integers(2, 30), st.integers(1, 1000))
def test_the_limit_is_never_below_the_floor_and_rises_with_the_factor(
    days: list[int], factor: int, floor: int
) -> None:
    found = baseline(days)
    assert found.limit(factor=factor, floor=floor) >= max(floor, median(days))
    assert found.limit(factor=factor + 1, floor=floor) >= found.limit(factor=factor, floor=floor)


@given(COUNTS, COUNTS, st.integers(3, 60))
def test_a_newcomer_is_compared_with_the_house(own: list[int], house: list[int], least: int) -> None:
    assume(len(house) >= least)
    assert usual(own, house, least=least) == baseline(own if len(own) >= least else house)


def test_nothing_known_is_no_baseline() -> None:
    assert usual([1, 2], [3], least=3) is None
    with pytest.raises(ValueError, match="no spread"):
        mad([])
    assert baseline([5, 5, 9]) == Baseline(5.0, math.sqrt(5), 3)

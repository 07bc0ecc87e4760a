"""Small cells are hidden so that nothing gives them back, not even to whoever knows how it is done."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.relations.figures.suppression import SMALLEST, Published, publish, publish_apart

TABLES = st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=9)


@given(TABLES)
def test_no_small_cell_is_shown_and_no_hidden_cell_is_a_difference(counts: list[int]) -> None:
    shown = publish(counts)
    assert all(cell is None or cell == 0 or cell >= SMALLEST for cell in shown.cells)
    assert all(cell in (None, count) for cell, count in zip(shown.cells, counts, strict=True))
    hidden = [count for cell, count in zip(shown.cells, counts, strict=True) if cell is None]
    if shown.total is None:
        assert len(hidden) == len(counts)
    elif hidden:
        # What the total gives away is the sum of the hidden cells: of two at least, and of enough people.
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALLEST


@given(TABLES)
def test_nothing_is_hidden_without_need(counts: list[int]) -> None:
    if not any(0 < count < SMALLEST for count in counts):
        assert publish(counts) == Published(tuple(counts), sum(counts))


@pytest.mark.parametrize(("cells", "highest", "smallest"), [(2, 20, 5), (3, 14, 5), (4, 9, 5)])
def test_attack_the_hidden_cell_is_computed_by_who_knows_the_rule(
    cells: int, highest: int, smallest: int
) -> None:
    """All tables there are: each publication fits several of them, and no hidden cell is the same in all.

    The tables reach `highest` in a cell, so publications whose hidden cells sum to more are not judged.
    """
    fits: dict[Published, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(highest + 1), repeat=cells):
        fits[publish(counts, smallest)].append(counts)
    judged = 0
    for shown, tables in fits.items():
        places = [place for place, cell in enumerate(shown.cells) if cell is None]
        rest = (shown.total or 0) - sum(cell for cell in shown.cells if cell is not None)
        if not places or rest > highest:
            continue
        judged += 1
        for place in places:
            assert len({counts[place] for counts in tables}) > 1, (shown, tables)
    assert judged


@given(TABLES)
def test_counts_that_part_nothing_hide_the_small_ones_alone(counts: list[int]) -> None:
    for cell, count in zip(publish_apart(counts), counts, strict=True):
        assert cell == (None if 0 < count < SMALLEST else count)

"""Paths of tiles as C2SP tlog-tiles writes them: one for each tile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.merkle.tiles import Tile, parse_path, path_of, width_at

PATHS = {
    (0, 0, 256): "tile/0/000",
    (0, 0, 1): "tile/0/000.p/1",
    (0, 1234067, 256): "tile/0/x001/x234/067",
    (3, 1000, 255): "tile/3/x001/000.p/255",
    (63, 5, 17): "tile/63/005.p/17",
}


@pytest.mark.parametrize(("place", "path"), PATHS.items())
def test_paths(place: tuple[int, int, int], path: str) -> None:
    assert path_of(*place) == path
    assert parse_path(path) == Tile(*place)


@given(st.integers(0, 63), st.integers(0, 2**63), st.integers(1, 256))
def test_every_path_says_its_place(level: int, index: int, width: int) -> None:
    assert parse_path(path_of(level, index, width)) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/x000/001", "tile/00/001", "tile/64/001", "tile/0/1", "tile/0/0001", "tile/0/001.p/256",
        "tile/0/001.p/0", "tile/0/001.p/01", "tile/0/001.p/999", "tile/0/x001", "tile/-1/001", "tile/0/001/",
        "/tile/0/001",
        "tile/entries/000", "tile/0/٠٠١", "tile/0/001\n", "tile/0/001.p/", "",
    ],
)  # fmt: skip
def test_another_way_to_write_it_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not the path of a tile"):
        parse_path(path)


@pytest.mark.parametrize("place", [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_no_tree_has_has_no_path(place: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="a tile has"):
        path_of(*place)


@pytest.mark.parametrize(
    ("level", "index", "size", "width"),
    [(0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 256, 256), (0, 1, 256, 0), (0, 1, 257, 1), (1, 0, 255, 0),
     (1, 0, 70_000, 256),
     (1, 1, 70_000, 17), (2, 0, 70_000, 1), (2, 1, 70_000, 0)],
)  # fmt: skip
def test_how_wide_a_tile_is(level: int, index: int, size: int, width: int) -> None:
    assert width_at(level, index, size) == width

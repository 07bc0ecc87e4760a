"""Tiles and their paths (C2SP tlog-tiles): 256 hashes of a level each, the last of a level perhaps fewer."""

import re
from typing import NamedTuple

TILE_HEIGHT = 8  # levels of the tree in a tile
WIDTH = 1 << TILE_HEIGHT  # hashes in a full tile
MAX_LEVEL = 63

_PATH = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class Tile(NamedTuple):
    """A tile's place: its number within its level, and how many hashes it has."""

    level: int
    number: int
    width: int


def path_of(level: int, index: int, width: int = WIDTH) -> str:
    """The path below the log's address: `tile/0/x001/x234/067.p/8` is tile 1,234,067 of level 0, 8 wide.

    Raises:
        ValueError: there is no such tile in any tree.
    """
    if not (0 <= level <= MAX_LEVEL and index >= 0 and 1 <= width <= WIDTH):
        raise ValueError("a tile has a level of 0 to 63, an index from 0 and 1 to 256 hashes")
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def parse_path(path: str) -> Tile:
    """The place that a path names. Each place has one path, so that a cache holds it once.

    Raises:
        ValueError: it names none, or not in the one way.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise ValueError("not the path of a tile")
    level, number, width = found.groups()
    tile = Tile(int(level), int(number.replace("x", "").replace("/", "")), int(width or WIDTH))
    if tile.level > MAX_LEVEL or tile.width > WIDTH or path_of(*tile) != path:
        raise ValueError("not the path of a tile")
    return tile


def width_at(level: int, index: int, size: int) -> int:
    """How many hashes the tile has in the tree of `size` leaves; 0 where there is none."""
    return max(0, min(WIDTH, (size >> (TILE_HEIGHT * level)) - WIDTH * index))

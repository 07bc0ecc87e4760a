"""Freezing: officers anything, managers their own book."""

from uuid import uuid4

from tests.access_matrix import Row, World, who
from tests.access_matrix.grades import reader
from tests.access_matrix.vault import book, of
from tests.vault.custody.freezing.making import frozen

MAY = who("olivia", "otto", "ming")
_OK, _MOVED = frozenset({200}), frozenset({302})


def frozen_book(world: World) -> None:
    book(world)
    frozen(world.book, world.ming)


ROWS: list[Row] = [
    Row(url="vault:freezing", who=MAY, build=book, args=of("book"), status=_OK),
    Row(
        url="vault:freezing",
        who=MAY,
        state="Lin works in it, and does not manage it",
        build=reader,
        args=of("book"),
        method="post",
        data=lambda _: {"reason": "freeze.leak"},
        status=_MOVED,
    ),
    Row(
        url="vault:freezing",
        who=MAY,
        state="frozen",
        build=frozen_book,
        args=of("book"),
        method="post",
        data=lambda _: {"reason": "The cause is mended"},
        status=_MOVED,
    ),
    Row(url="vault:freezing", who=who(), state="no such compartment", args=lambda _: [uuid4()]),
]

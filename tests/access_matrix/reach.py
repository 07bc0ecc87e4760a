"""Asking who can see what: administrators and officers."""

from typing import Any
from uuid import uuid4

from tests.access_matrix import Row, World, who
from tests.deals.scene import scene
from tests.vault.records.makers import add, book_of

MAY = who("ada", "olivia", "otto")


def _built(world: World) -> None:
    there = scene(**{name: value for name, value in vars(world).items() if name != "browsers"})
    world.deal = there.deal
    world.book = book_of(world.ming)
    world.client = add(world.book)


def _at(*names: str) -> Any:
    return lambda world: [getattr(world, name).pk for name in names]


ROWS = [
    Row(url="compliance:access", who=MAY),
    Row(url="compliance:access_room", who=MAY, build=_built, args=_at("deal")),
    Row(url="compliance:access_room", who=who(), state="no such deal", args=lambda _: [uuid4()]),
    Row(url="compliance:access_room_why", who=MAY, build=_built, args=_at("deal", "bo")),
    Row(url="compliance:access_book", who=MAY, build=_built, args=_at("book")),
    Row(url="compliance:access_book", who=who(), state="no such book", args=lambda _: [uuid4()]),
    Row(url="compliance:access_book_why", who=MAY, build=_built, args=_at("book", "lin")),
    Row(url="compliance:access_client", who=MAY, build=_built, args=_at("client")),
    Row(url="compliance:access_client", who=who(), state="no such client", args=lambda _: [uuid4()]),
    Row(url="compliance:access_client_why", who=MAY, build=_built, args=_at("client", "lin")),
    Row(url="compliance:access_person", who=MAY, args=_at("lin")),
    Row(url="compliance:access_person", who=who(), state="nobody's id", args=lambda _: [uuid4()]),
    Row(url="compliance:access_person_rooms", who=MAY, args=_at("lin")),
]

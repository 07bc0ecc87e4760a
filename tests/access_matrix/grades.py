"""Grades, facets and reveals: who raises, who asks, who sets the rules."""

from types import SimpleNamespace

from tests.access_matrix import Row, World, who
from tests.access_matrix.vault import AGENTS, MEMBERS, book, client, of, stored
from tests.vault.records.makers import let_in
from vault.records.models import Level

OFFICERS = who("olivia", "otto")
_OK, _FORM, _MOVED = frozenset({200}), frozenset({422}), frozenset({302})


def reader(world: World) -> None:
    """Lin may look things up in the book, and change nothing."""
    client(world)
    let_in(world.book, world.lin, Level.READ)


def protection(_: SimpleNamespace) -> dict[str, str]:
    return {"grade": "4", "visibility": "private", "origin": "internal", "use": "business"}


ROWS: list[Row] = [
    Row(url="vault:grades", who=OFFICERS, status=_OK),
    Row(url="vault:grade_rule", who=OFFICERS, args=lambda _: [4], status=_OK),
    Row(url="vault:grade_rule", who=OFFICERS, args=lambda _: [4], method="post", status=_OK),
    Row(url="vault:grade_rule", who=who(), state="no such grade", args=lambda _: [5]),
    Row(url="vault:reveal_limit", who=OFFICERS, args=lambda _: ["agent"], status=_OK),
    Row(url="vault:reveal_limit", who=who(), state="a role that reveals nothing", args=lambda _: ["admin"]),
    Row(url="vault:client_grade", who=MEMBERS, build=client, args=of("client"), status=_OK),
    Row(
        url="vault:client_grade",
        who=MEMBERS,
        state="Lin only reads",
        build=reader,
        args=of("client"),
        method="post",
        data=protection,
        status=_MOVED,
    ),
    Row(
        url="vault:client_grade",
        who=who(),
        state="storage only",
        build=stored,
        args=of("client"),
        method="post",
        data=protection,
    ),
    Row(url="vault:book_grades", who=MEMBERS, build=book, args=of("book"), status=_OK),
    Row(
        url="vault:book_grades",
        who=MEMBERS,
        state="Lin only reads",
        build=reader,
        args=of("book"),
        method="post",
        data=lambda _: {"field": "phone", "grade": "4"},
        status=_MOVED,
    ),
    Row(
        url="vault:book_facets",
        who=who("ming"),
        state="Ming manages it",
        build=book,
        args=of("book"),
        method="post",
        status=_FORM,
    ),
    Row(url="vault:reveal_more", who=AGENTS, status=_OK),
    Row(url="vault:reveal_ask", who=MEMBERS, build=client, args=of("client", "financial"), status=_OK),
    Row(url="vault:reveal_ask", who=who(), build=stored, args=of("client", "financial"), state="stored"),
]

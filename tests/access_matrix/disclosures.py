"""Exports, recipients, the register of disclosures and the tracing of sheets: who gets to them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.access_matrix import Row, World, who
from tests.access_matrix.vault import AGENTS, book
from tests.vault.disclosures.makers import ask, ready
from tests.vault.records.makers import add
from vault.disclosures.models import CanarySighting

OFFICERS = who("olivia", "otto")
_OK, _FORM, _MOVED = frozenset({200}), frozenset({422}), frozenset({302})


def asked(world: World) -> None:
    """Ming's request, for Lin."""
    book(world)
    add(world.book)
    world.export = ask(world.ming, world.lin)


def file(world: World) -> None:
    """Ming's file, made after Lea's approval."""
    book(world)
    add(world.book)
    world.export = ready(world, world.lin)


def sighting(world: World) -> None:
    file(world)
    world.sighting = CanarySighting.objects.create(export=world.export, place="search", canaries=1)


def of(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).pk]


ROWS: list[Row] = [
    Row(url="vault:exports", who=AGENTS, status=_OK),
    Row(url="vault:export_new", who=AGENTS, build=book, status=_OK),
    Row(url="vault:export_new", who=AGENTS, method="post", data=lambda _: {"reason": ""}, status=_FORM),
    Row(url="vault:recipients", who=AGENTS, status=_OK),
    Row(url="vault:count_review", who=who(), state="without a purpose"),
    Row(url="vault:export", who=who("ming"), state="asked for", build=asked, args=of("export"), status=_OK),
    Row(url="vault:export_progress", who=who("ming"), build=asked, args=of("export"), status=_OK),
    Row(
        url="vault:export_download",
        who=who(),
        state="not approved",
        build=asked,
        args=of("export"),
        method="post",
    ),
    Row(
        url="vault:export_download",
        who=who("ming"),
        state="ready",
        build=file,
        args=of("export"),
        method="post",
        status=_OK,
    ),
    Row(url="vault:export", who=who(), state="none such", args=lambda _: [uuid4()]),
    Row(url="vault:disclosures", who=OFFICERS, build=sighting, status=_OK),
    Row(url="vault:trace", who=OFFICERS, status=_OK),
    Row(url="vault:trace", who=OFFICERS, method="post", status=_FORM),
    Row(
        url="vault:sighting_handled",
        who=OFFICERS,
        build=sighting,
        args=of("sighting"),
        method="post",
        status=_MOVED,
    ),
]

"""Locks and cases: officers all of it, administrators a person, a lead their own deal."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from people.accounts.models import Kind as PersonKind
from people.locks.codes import Kind
from tests.access_matrix import Row, World, who
from tests.cast import person
from tests.compliance.containment import making
from tests.deals.scene import scene
from tests.vault.records.makers import book_of

OFFICERS, MANAGERS, LEADS = who("olivia", "otto"), who("olivia", "otto", "ada"), who("olivia", "otto", "lea")
_OK, _MOVED = frozenset({200}), frozenset({302})
WORDS = {"words": "as seen"}


def _deal(world: World) -> None:
    everything = scene(**{name: value for name, value in vars(world).items() if hasattr(value, "username")})
    world.deal, world.room = everything.deal, everything.room


def locked_room(world: World) -> None:
    _deal(world)
    world.lock = making.locked(world.olivia, Kind.ROOM, world.room)
    world.case = making.case_of(world.lock)


def _stranger(world: World) -> None:
    """Nobody of the cast: whoever is locked is signed out."""
    world.zoe = person("zoe", kind=PersonKind.OUTSIDE)


def _locked_person(world: World) -> None:
    _stranger(world)
    world.lock = making.locked(world.olivia, Kind.PERSON, world.zoe)
    world.case = making.case_of(world.lock)


def _book(world: World) -> None:
    world.book = book_of(world.ming)


def _case(world: World) -> list[Any]:
    return [world.case.pk]


def _case_and_lock(world: World) -> list[Any]:
    return [world.case.pk, world.lock.pk]


def _clock(world: World) -> list[Any]:
    return [world.case.pk, world.case.clocks.get(code="pipl.57").pk]


def _typed(_world: World) -> dict[str, Any]:
    now = timezone.localtime()
    return {"reason": "lock.leak", "discovered_at": f"{now:%Y-%m-%dT%H:%M}", "severity": 1} | WORDS


def _post(url: str, **data: Any) -> Row:
    return Row(
        url=f"compliance:{url}",
        who=OFFICERS,
        build=_locked_person,
        args=_clock if url == "incident_clock" else _case,
        method="post",
        data=lambda _: WORDS | data,
        status=_MOVED,
    )


ROWS: list[Row] = [
    Row(url="compliance:incidents", who=OFFICERS, status=_OK),
    Row(url="compliance:incident", who=OFFICERS, build=_locked_person, args=_case, status=_OK),
    Row(url="compliance:incident", who=who(), state="no such case", args=lambda _: [uuid4()]),
    _post("incident_severity", severity=2),
    _post("incident_clock", how="clock.done"),
    _post("incident_note"),
    _post("incident_contain", how="contained.locked"),
    _post("incident_close", how="closed.drill"),
    Row(
        url="compliance:incident_affected",
        who=OFFICERS,
        build=_locked_person,
        args=_case_and_lock,
        status=_OK,
    ),
    Row(
        url="compliance:incident_affected_file",
        who=OFFICERS,
        build=_locked_person,
        args=_case_and_lock,
        status=_OK,
    ),
    Row(
        url="compliance:lock",
        who=MANAGERS,
        state="a person",
        build=_stranger,
        args=lambda world: ["person", world.zoe.pk],
    ),
    Row(
        url="compliance:lock",
        who=MANAGERS,
        state="a person",
        build=_stranger,
        args=lambda world: ["person", world.zoe.pk],
        method="post",
        data=_typed,
        status=_MOVED,
    ),
    Row(
        url="compliance:lock",
        who=LEADS,
        state="a room",
        build=_deal,
        args=lambda world: ["room", world.room.pk],
        method="post",
        data=_typed,
        status=_MOVED,
    ),
    Row(
        url="compliance:lock",
        who=LEADS,
        state="a deal",
        build=_deal,
        args=lambda world: ["deal", world.deal.pk],
        status=_OK,
    ),
    Row(
        url="compliance:lock",
        who=OFFICERS,
        state="a book of somebody else",
        build=_book,
        args=lambda world: ["book", world.book.pk],
        status=_OK,
    ),
    Row(
        url="compliance:lock",
        who=who(),
        state="nothing that can be locked",
        args=lambda world: ["house", world.sam.pk],
    ),
    Row(
        url="compliance:lock_end",
        who=LEADS,
        state="a room",
        build=locked_room,
        args=lambda world: [world.lock.pk],
        status=_OK,
    ),
    Row(
        url="compliance:lock_end",
        who=MANAGERS,
        state="a person",
        build=_locked_person,
        args=lambda world: [world.lock.pk],
        method="post",
        data=lambda _: {"reason": "mended"},
        status=_MOVED,
    ),
    Row(
        url="deals:room",
        who=who(),
        state="locked",
        build=locked_room,
        args=lambda world: [world.deal.pk],
    ),
    Row(
        url="deals:deal",
        who=who("ming", "lea"),
        state="locked",
        build=locked_room,
        args=lambda world: [world.deal.pk],
        status=_OK,
    ),
]

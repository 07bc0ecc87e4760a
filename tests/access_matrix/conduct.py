"""Who gets in where in conduct cases: those named in one, and whom it is about."""

from typing import Any
from uuid import UUID

from tests.access_matrix import Row, World, who
from tests.compliance.conduct.making import appealed, decided, opened, replied

ALL = who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud")
OFFICERS = who("olivia", "otto")
HANDLE, MING = who("olivia", "otto", "lea"), who("ming")
WORDS = {"words": "写下的话。"}
DECISION = {"measure": "conduct.warning", "words": "理由。"}


def _opened(world: World) -> None:
    world.case = opened(world)


def _replied(world: World) -> None:
    world.case = replied(world)


def _decided(world: World) -> None:
    world.case = decided(world)


def _appealed(world: World) -> None:
    world.case = appealed(world)


def _case(world: World) -> list[Any]:
    return [world.case.pk]


def _charge(world: World) -> dict[str, Any]:
    named = {"person": world.ming, "first": world.lea, "second": world.lin, "appeal_by": world.ada}
    return {**{name: str(one.pk) for name, one in named.items()}, "proposed": "conduct.talk", **WORDS}


ROWS = [
    Row(url="compliance:conduct", who=ALL),
    Row(url="compliance:conduct_mine", who=ALL),
    Row(url="compliance:conduct_new", who=OFFICERS),
    Row(url="compliance:conduct_new", who=OFFICERS, method="post", data=_charge),
    Row(url="compliance:commendations", who=OFFICERS),
    Row(
        url="compliance:commendations",
        who=OFFICERS,
        method="post",
        data=lambda world: {"person": str(world.lin.pk), "words": "做得好。"},
    ),
    Row(url="compliance:conduct_case", state="about ming", who=HANDLE, build=_opened, args=_case),
    Row(
        url="compliance:conduct_case",
        state="about ming, appealed",
        who=HANDLE | who("lin"),
        build=_appealed,
        args=_case,
    ),
    Row(url="compliance:conduct_case", state="nobody's id", who=who(), args=lambda world: [UUID(int=1)]),
    Row(
        url="compliance:conduct_evidence",
        state="opened by olivia",
        who=who("olivia"),
        build=_opened,
        args=_case,
        method="post",
        data=lambda world: {"kind": "entry", "object_id": str(UUID(int=1))},
    ),
    Row(
        url="compliance:conduct_vote",
        state="otto and lea decide",
        who=who("otto", "lea"),
        build=_replied,
        args=_case,
        method="post",
        data=lambda world: DECISION,
    ),
    Row(
        url="compliance:conduct_answer",
        state="lin answers",
        who=who("lin"),
        build=_appealed,
        args=_case,
        method="post",
        data=lambda world: DECISION,
    ),
    Row(url="compliance:conduct_my_case", state="about ming", who=MING, build=_opened, args=_case),
    Row(
        url="compliance:conduct_reply",
        state="about ming",
        who=MING,
        build=_opened,
        args=_case,
        method="post",
        data=lambda world: WORDS,
    ),
    Row(
        url="compliance:conduct_appeal",
        state="about ming, decided",
        who=MING,
        build=_decided,
        args=_case,
        method="post",
        data=lambda world: WORDS,
    ),
]

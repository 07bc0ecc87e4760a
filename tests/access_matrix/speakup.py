"""Speaking up: the reporter's pages are everybody's, signed in or not; the others are who handles them."""

from typing import Any
from uuid import uuid4

from compliance.speakup import receipt
from compliance.speakup.codes import Shielding, State
from compliance.speakup.shields import ShieldedAct
from tests.access_matrix import NOBODY, Row, World, who
from tests.cast import NAMES
from tests.compliance.speakup import making

EVERYBODY = frozenset({NOBODY, *NAMES})
OFFICERS, READERS, NOBODY_AT_ALL = who("olivia", "otto"), who("olivia", "otto", "aud"), who()
_WORDS = {"words": "看过了"}


def _case(world: World) -> None:
    world.case, world.code = making.reported()


def _acknowledged(world: World) -> None:
    _case(world)
    making.at(world.case, State.ACKNOWLEDGED, world.olivia)


def _accuses_otto(world: World) -> None:
    _acknowledged(world)
    making.accused(world.case, world.otto, world.olivia)


def _accuses_both(world: World) -> None:
    _accuses_otto(world)
    making.accused(world.case, world.olivia, world.olivia)


def _apart(world: World) -> None:
    world.case, world.code = making.reported(apart=True)


def _protected(world: World) -> None:
    _acknowledged(world)
    world.protection = making.protected(world.case, world.lin, world.olivia, Shielding.WATCH)
    world.act = ShieldedAct.objects.create(protection=world.protection, act="role.revoke", by=world.ada)


def _id(world: World) -> list[Any]:
    return [world.case.pk]


def _nothing(world: World) -> list[Any]:
    return [uuid4()]


def _mark(world: World) -> dict[str, Any]:
    return {"user": world.lea.pk}


def _shield(world: World) -> dict[str, Any]:
    return {"user": world.lin.pk, "shielding": "wait", "agreed": "on"}


def _post(url: str, **more: Any) -> Row:
    plain = {"build": _acknowledged, "who": OFFICERS, "args": _id, "method": "post"}
    return Row(url=f"compliance:speak_up_{url}", **plain | more)


# A form that no page of the site sent, as all are here, is refused to everybody alike.
_REFUSED = frozenset({403})

ROWS: list[Row] = [
    Row(url="compliance:speak_up", who=EVERYBODY),
    Row(url="compliance:speak_up", who=EVERYBODY, method="post", status=_REFUSED),
    Row(url="compliance:speak_up_mailbox", who=EVERYBODY),
    Row(
        url="compliance:speak_up_mailbox",
        who=EVERYBODY,
        build=_case,
        method="post",
        data=lambda world: {"code": world.code},
        status=_REFUSED,
    ),
    Row(
        url="compliance:speak_up_write",
        who=EVERYBODY,
        method="post",
        data=lambda world: {"code": receipt.draw(), **_WORDS},
        status=_REFUSED,
    ),
    Row(url="compliance:speak_up_cases", who=READERS, build=_case),
    Row(url="compliance:speak_up_rules", who=OFFICERS),
    Row(url="compliance:speak_up_rules", who=OFFICERS, method="post", data=lambda world: {"months": 36}),
    Row(url="compliance:speak_up_case", who=OFFICERS, build=_case, args=_id, state="new"),
    Row(
        url="compliance:speak_up_case",
        who=who("olivia"),
        build=_accuses_otto,
        args=_id,
        state="it accuses Otto",
    ),
    Row(
        url="compliance:speak_up_case",
        who=who("aud"),
        build=_accuses_both,
        args=_id,
        state="it accuses every officer",
    ),
    Row(
        url="compliance:speak_up_case",
        who=who("aud"),
        build=_apart,
        args=_id,
        state="kept from the officers",
    ),
    Row(url="compliance:speak_up_case", who=NOBODY_AT_ALL, args=_nothing, state="no such report"),
    _post("acknowledge", build=_case),
    _post("investigate"),
    _post("hand_on", build=_apart, who=who("aud")),
    _post("answer", data=lambda world: _WORDS),
    _post("answer", data=lambda world: _WORDS, build=_accuses_otto, who=who("olivia"), state="accuses Otto"),
    _post("note", data=lambda world: _WORDS),
    _post("close", data=lambda world: _WORDS | {"outcome": "speakup.partly"}),
    _post("accuse", data=_mark),
    _post("accuse", data=_mark, build=_accuses_both, who=who("aud"), state="it accuses every officer"),
    _post("clear", build=_accuses_otto, who=who("olivia"), args=lambda world: [world.case.pk, world.otto.pk]),
    _post("protect", data=_shield),
    _post("protection_end", build=_protected, args=lambda world: [world.protection.pk]),
    _post("protection_end", args=_nothing, who=NOBODY_AT_ALL, state="no such protection"),
    _post("act_settle", build=_protected, args=lambda world: [world.act.pk]),
    _post("act_settle", args=_nothing, who=NOBODY_AT_ALL, state="no such act"),
]

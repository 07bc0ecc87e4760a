"""Who gets in where, among the posts of the house."""

from typing import Any

from django.utils import timezone

from people.posts.codes import Place
from tests.access_matrix import NOBODY, Row, World, who
from tests.people.posts.making import CONTACT, agreed, appointed, away, proposed

ALL = who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud")
STAFF = who("ada", "olivia", "otto", "ming", "lin", "lea")
PROPOSERS = who("ada", "olivia", "otto", "lea")
HOLDER = who("olivia")


def _offered(world: World) -> None:
    world.appointment = agreed(world, proposed(world, world.olivia))


def _held(world: World) -> None:
    world.appointment = appointed(world, world.olivia)


def _with_deputy(world: World) -> None:
    _held(world)
    appointed(world, world.otto, place=Place.DEPUTY)


def _away(world: World) -> None:
    _with_deputy(world)
    away(world.appointment)


def _it(world: World) -> list[Any]:
    return [world.appointment.pk]


def _proposing(world: World) -> dict[str, Any]:
    return {
        "what": "dpo.holder",
        "person": str(world.olivia.pk),
        "first": timezone.localdate().isoformat(),
        "reason": "knows the law",
    }


def _days(_: World) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {"first": today, "last": today}


_SHOWN = {"shown_name": "The officer", "contact": CONTACT}

ROWS = [
    Row(url="people:posts", who=STAFF),
    Row(url="people:posts", state="held", who=STAFF, build=_away),
    Row(url="people:post_propose", who=PROPOSERS),
    Row(url="people:post_propose", who=PROPOSERS, method="post", data=_proposing),
    Row(url="people:post_accept", state="offered to olivia", who=HOLDER, build=_offered, args=_it),
    Row(url="people:post_accept", state="held", who=frozenset(), build=_held, args=_it),
    Row(
        url="people:post_accept",
        state="offered to olivia",
        who=HOLDER,
        build=_offered,
        args=_it,
        method="post",
        data=lambda _: {**_SHOWN, "typed_name": "Olivia", "agreed": "on"},
    ),
    Row(url="people:post_decline", state="offered", who=HOLDER, build=_offered, args=_it, method="post"),
    Row(url="people:post_resign", state="held", who=HOLDER, build=_held, args=_it),
    Row(url="people:post_resign", state="held", who=HOLDER, build=_held, args=_it, method="post"),
    Row(url="people:post_contact", state="held", who=HOLDER, build=_held, args=_it),
    Row(
        url="people:post_contact",
        state="held",
        who=HOLDER,
        build=_held,
        args=_it,
        method="post",
        data=lambda _: _SHOWN,
    ),
    Row(url="people:post_away", state="no deputy", who=who("olivia", "otto"), build=_held, args=_it),
    Row(url="people:post_away", state="otto is deputy", who=HOLDER, build=_with_deputy, args=_it),
    Row(
        url="people:post_away",
        state="otto is deputy",
        who=HOLDER,
        build=_with_deputy,
        args=_it,
        method="post",
        data=_days,
    ),
    Row(url="people:post_back", state="away", who=HOLDER, build=_away, args=_it, method="post"),
    Row(url="people:raci", who=STAFF, build=_away),
    Row(url="people:dpo", state="never held", who=ALL | {NOBODY}),
    Row(url="people:dpo", state="held", who=ALL | {NOBODY}, build=_held),
]

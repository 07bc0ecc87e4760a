"""Who gets in where, among the policies of the house."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access_matrix import Row, World, who
from tests.people.policies.making import EN, ZH, drafted, form, in_force

STAFF = who("ada", "olivia", "otto", "ming", "lin", "lea")
OFFICERS = who("olivia", "otto")


def _in_force(world: World) -> None:
    world.version = in_force(world)


def _second(world: World) -> None:
    former = in_force(world)
    world.version = in_force(world, policy=former.policy, days=7)


def _draft(world: World) -> None:
    world.version = drafted(world)


def _policy(world: World) -> list[Any]:
    return [world.version.policy_id]


def _version(world: World) -> list[Any]:
    return [world.version.pk]


def _typed(_: World) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "title_zh": "规则",
        "title_en": "Rules",
        "text_zh": ZH,
        "text_en": EN,
        "days": 7,
        "effective_on": today.isoformat(),
        "review_on": (today + timedelta(days=30)).isoformat(),
    }


ROWS = [
    Row(url="people:policies_mine", who=STAFF),
    Row(url="people:policy", state="in force", who=STAFF, build=_in_force, args=_policy),
    Row(
        url="people:policy",
        state="in force",
        who=STAFF,
        build=_in_force,
        args=_policy,
        method="post",
        data=lambda world: form(world.version),
    ),
    Row(url="people:policy", state="a draft", who=frozenset(), build=_draft, args=_policy),
    Row(url="people:policy_changes", state="the second", who=STAFF, build=_second, args=_policy),
    Row(url="people:policy_changes", state="the first", who=frozenset(), build=_in_force, args=_policy),
    Row(url="people:policies", who=OFFICERS, build=_in_force),
    Row(url="people:policy_new", who=OFFICERS),
    Row(url="people:policy_new", who=OFFICERS, method="post", data=_typed),
    Row(url="people:policy_kept", who=OFFICERS, build=_in_force, args=_policy),
    Row(url="people:policy_draft", who=OFFICERS, build=_in_force, args=_policy),
    Row(url="people:policy_draft", who=OFFICERS, build=_in_force, args=_policy, method="post", data=_typed),
    Row(url="people:policy_version", state="a draft", who=OFFICERS, build=_draft, args=_version),
    Row(
        url="people:policy_ask",
        who=OFFICERS,
        build=_draft,
        args=_version,
        method="post",
        data=lambda world: {"reason": "as discussed"},
    ),
    Row(url="people:policy_discard", who=OFFICERS, build=_draft, args=_version, method="post"),
]

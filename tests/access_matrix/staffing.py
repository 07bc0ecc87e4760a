"""Who gets in where when somebody leaves or changes jobs, and to what a role asks of networks and
passkeys."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from people.roles.models import RoleGrant
from people.staffing.models import ReturnItem
from tests.access_matrix import Row, World, who
from tests.compliance.staffing.making import job_of, join_agreed, leaving

PLANNERS = who("ada", "olivia", "otto")
NAMING = who("olivia", "otto", "lin")


def _leaving(world: World) -> None:
    world.change = leaving(world.olivia, world.ming, world.lin)


def _item(world: World) -> None:
    _leaving(world)
    world.item = ReturnItem.objects.create(change=world.change, name="laptop")


def new_job(world: World) -> None:
    world.job = job_of(world, "deal_lead")


def _joining(world: World) -> None:
    """As if ming had been new, and an officer had agreed."""
    new_job(world)
    RoleGrant.objects.filter(user=world.ming).update(state="revoked", ended_at=timezone.now())
    join_agreed(world, world.ming)


def _joins(world: World) -> dict[str, Any]:
    name = {"username": "new.one", "display_name": "New", "email": "new.one@example.test", "language": "en"}
    return _moves(world) | name


def _change(world: World) -> list[Any]:
    return [world.change.pk]


def _ming(world: World) -> list[Any]:
    return [world.ming.pk]


def _typed(world: World) -> dict[str, Any]:
    hour = timezone.localtime() + timedelta(days=1)
    return {
        "when": "hour",
        "hour": hour.strftime("%Y-%m-%dT%H:%M"),
        "lead": world.lin.pk,
        "reason": "as discussed",
    }


def _moves(world: World) -> dict[str, Any]:
    return {**_typed(world), "job": world.job.pk}


ROWS = [
    Row(url="people:staff_changes", who=PLANNERS),
    Row(url="people:staff_changes", state="ming leaves", who=PLANNERS | who("lin"), build=_leaving),
    Row(url="people:staff_change", who=PLANNERS | who("lin"), build=_leaving, args=_change),
    Row(
        url="people:staff_heir",
        who=NAMING,
        build=_leaving,
        args=_change,
        method="post",
        data=lambda world: {"thing": f"books-{uuid4()}"},
    ),
    Row(url="people:staff_settle", who=NAMING, build=_leaving, args=_change, method="post"),
    Row(url="people:staff_call_off", who=PLANNERS, build=_leaving, args=_change, method="post"),
    Row(
        url="people:staff_item",
        who=PLANNERS,
        build=_leaving,
        args=_change,
        method="post",
        data=lambda world: {"name": "a laptop"},
    ),
    Row(
        url="people:staff_item_back",
        who=PLANNERS,
        build=_item,
        args=lambda world: [world.item.pk],
        method="post",
    ),
    Row(url="people:jobs", who=PLANNERS),
    Row(
        url="people:jobs",
        who=who("ada"),
        method="post",
        data=lambda world: {"name_zh": "经纪", "name_en": "Broker", "roles": ["agent"]},
    ),
    Row(
        url="people:job_retire",
        who=who("ada"),
        build=new_job,
        args=lambda world: [world.job.pk],
        method="post",
    ),
    Row(url="people:join", who=PLANNERS),
    Row(url="people:join", who=PLANNERS, build=new_job, method="post", data=_joins),
    Row(url="people:joining", state="ming joins", who=who("ming"), build=_joining),
    Row(url="people:leave", who=PLANNERS, args=_ming),
    Row(url="people:leave", who=PLANNERS, args=_ming, method="post", data=_typed),
    Row(url="people:move", who=PLANNERS, build=new_job, args=_ming),
    Row(url="people:move", who=PLANNERS, build=new_job, args=_ming, method="post", data=_moves),
    Row(url="people:leaving", state="ming leaves", who=who("ming"), build=_leaving),
    Row(
        url="people:leaving",
        state="ming leaves",
        who=who("ming"),
        build=_leaving,
        method="post",
        data=lambda world: {"typed_name": "Ming", "read": "on"},
    ),
    Row(url="people:role_door", who=who("ada"), args=lambda world: ["agent"]),
    Row(
        url="people:role_door",
        who=who("ada"),
        args=lambda world: ["agent"],
        method="post",
        data=lambda world: {"networks": "203.0.113.0/24", "grace_days": 0, "reason": "as discussed"},
    ),
]

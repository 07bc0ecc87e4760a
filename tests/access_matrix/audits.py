"""Internal audits: readers of the log read them, the team answers, officers plan and sign."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from compliance.audits import checklist
from compliance.audits.codes import Area, Method, Result
from tests.access_matrix import Row, World, who
from tests.compliance.audits import making
from tests.vault.records.makers import acting

READERS, OFFICERS, TEAM = who("olivia", "otto", "aud"), who("olivia", "otto"), who("olivia", "aud")
STAFF = who("ada", "olivia", "otto", "ming", "lin", "lea")
NOBODY_AT_ALL = who()


def _planned(world: World) -> None:
    world.audit = making.planned(world)


def running(world: World) -> None:
    """Led by the auditor, Olivia beside; Ming is to put something right, which concerns the house."""
    world.audit = making.running(world)
    world.item = making.by_hand(world.audit)
    world.finding = making.found(world.item)
    world.action = making.to_do(world.finding, world.ming)


def _about_lin(world: World) -> None:
    world.finding = making.found(making.by_hand(making.running(world)), person=world.lin)
    making.late(world.finding, world.lea)


def _done(world: World) -> None:
    running(world)
    making.done(world.action)


def _done_by_otto(world: World) -> None:
    running(world)
    world.action = making.done(making.to_do(world.finding, world.otto))


def _complete(world: World) -> None:
    world.audit = making.running(world)
    making.all_answered(world.audit)


def _closed(world: World) -> None:
    world.audit = making.closed(world)


def _led_by_olivia(world: World) -> None:
    world.audit = making.closed(world, lead=world.olivia, team=(world.aud,))


def _checklist(world: World) -> None:
    with acting(world.olivia):
        world.version = checklist.add_question(
            actor=world.olivia, area=Area.LOG, method=Method.INTERVIEW, zh="问", en="Asked?"
        )


def _audit(world: World) -> list[Any]:
    return [world.audit.pk]


def item_id(world: World) -> list[Any]:
    return [world.item.pk]


def _finding(world: World) -> list[Any]:
    return [world.finding.pk]


def _action(world: World) -> list[Any]:
    return [world.action.pk]


def _nothing(world: World) -> list[Any]:
    return [uuid4()]


def _plan_form(world: World) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "title": "计划",
        "scope": "house",
        "basis": "audit.regular",
        "period_from": today - timedelta(days=30),
        "period_to": today - timedelta(days=1),
        "planned_from": today,
        "planned_to": today,
        "lead": world.aud.pk,
    }


def _action_form(world: World) -> dict[str, Any]:
    return {"owner": world.lin.pk, "due": timezone.localdate(), "task": "补签"}


def _digest(world: World) -> dict[str, str]:
    return {"digest": bytes(world.audit.digest).hex()}


def _post(url: str, **more: Any) -> Row:
    return Row(url=url, method="post", **{"args": _audit} | more)


_ANSWER = {"result": Result.CONFORMING.value, "method": Method.INTERVIEW.value}
_QUESTION = {"area": Area.LOG.value, "method": Method.INTERVIEW.value, "zh": "问", "en": "Asked?"}
_RULE = {"months": 12, "remind_days": 30, "escalate_days": 7}
_SAID = {"criterion": "须有事由", "found": "无事由"}

ROWS: list[Row] = [
    Row(url="compliance:audits", who=READERS, build=running),
    Row(url="compliance:audit_new", who=OFFICERS),
    _post("compliance:audit_new", who=OFFICERS, args=lambda world: [], data=_plan_form),
    Row(url="compliance:audit_mine", who=STAFF, build=running),
    Row(url="compliance:audit_actions", who=READERS, build=running),
    Row(url="compliance:audit_rules", who=READERS),
    _post("compliance:audit_rules", who=OFFICERS, args=lambda world: [], data=lambda world: _RULE),
    _post("compliance:audit_ask", who=OFFICERS, args=lambda world: [], data=lambda world: _QUESTION),
    _post(
        "compliance:audit_drop",
        who=OFFICERS,
        build=_checklist,
        args=lambda world: [world.version.number, len(world.version.questions) - 1],
    ),
    Row(url="compliance:audit", who=READERS, build=_planned, args=_audit, state="planned"),
    Row(url="compliance:audit", who=READERS, build=running, args=_audit, state="running"),
    Row(url="compliance:audit", who=READERS, build=_closed, args=_audit, state="closed"),
    Row(url="compliance:audit", who=NOBODY_AT_ALL, args=_nothing, state="no such audit"),
    _post(
        "compliance:audit_team",
        who=OFFICERS,
        build=running,
        data=lambda world: {"team": [world.olivia.pk]},
    ),
    _post("compliance:audit_begin", who=who("aud"), build=_planned),
    _post("compliance:audit_cancel", who=OFFICERS, build=_planned),
    _post("compliance:audit_measure", who=TEAM, build=running),
    _post("compliance:audit_close", who=who("aud"), build=_complete, status=frozenset({200, 302})),
    _post("compliance:audit_sign", who=OFFICERS, build=_closed, data=_digest),
    _post(
        "compliance:audit_sign", who=who("otto"), build=_led_by_olivia, data=_digest, state="led by Olivia"
    ),
    _post("compliance:audit_return", who=OFFICERS, build=_closed, data=lambda world: {"why": "缺"}),
    _post(
        "compliance:audit_return",
        who=who("otto"),
        build=_led_by_olivia,
        data=lambda world: {"why": "缺"},
        state="led by Olivia",
    ),
    Row(url="compliance:audit_report", who=READERS, build=_closed, args=_audit),
    Row(url="compliance:audit_report", who=NOBODY_AT_ALL, build=running, args=_audit, state="running"),
    Row(url="compliance:audit_report_csv", who=READERS, build=_closed, args=_audit),
    Row(url="compliance:audit_report_json", who=READERS, build=_closed, args=_audit),
    Row(url="compliance:audit_report_json", who=NOBODY_AT_ALL, args=_nothing, state="no such audit"),
    _post("compliance:audit_answer", who=TEAM, build=running, args=item_id, data=lambda world: _ANSWER),
    _post("compliance:audit_answer", who=NOBODY_AT_ALL, args=_nothing, state="no such question"),
    _post(
        "compliance:audit_evidence",
        who=TEAM,
        build=running,
        args=item_id,
        data=lambda world: {"kind": "entry", "object_id": uuid4()},
    ),
    Row(url="compliance:audit_finding_new", who=TEAM, build=running, args=item_id),
    Row(url="compliance:audit_finding_new", who=NOBODY_AT_ALL, args=_nothing, state="no such question"),
    _post("compliance:audit_finding_new", who=TEAM, build=running, args=item_id, data=lambda world: _SAID),
    Row(
        url="compliance:audit_finding",
        who=READERS | who("ming"),
        build=running,
        args=_finding,
        state="Ming owns an action of it",
    ),
    Row(
        url="compliance:audit_finding",
        who=READERS | who("lin", "lea"),
        build=_about_lin,
        args=_finding,
        state="about Lin, and Lea's action is overdue",
    ),
    Row(url="compliance:audit_finding", who=NOBODY_AT_ALL, args=_nothing, state="no such finding"),
    _post("compliance:audit_action_set", who=READERS, build=running, args=_finding, data=_action_form),
    _post(
        "compliance:audit_action_assign",
        who=OFFICERS,
        build=running,
        args=_action,
        data=lambda world: {"owner": world.lin.pk},
    ),
    _post("compliance:audit_action_assign", who=NOBODY_AT_ALL, args=_nothing, state="no such action"),
    _post(
        "compliance:audit_action_done",
        who=who("ming"),
        build=running,
        args=_action,
        data=lambda world: {"done": "已补签"},
    ),
    _post("compliance:audit_action_verify", who=READERS, build=_done, args=_action),
    _post("compliance:audit_action_verify", who=TEAM, build=_done_by_otto, args=_action, state="Otto's own"),
    _post("compliance:audit_action_verify", who=NOBODY_AT_ALL, args=_nothing, state="no such action"),
    _post(
        "compliance:audit_action_return",
        who=READERS,
        build=_done,
        args=_action,
        data=lambda world: {"why": "缺附件"},
    ),
]

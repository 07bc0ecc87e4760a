"""The watch over the log: who reads the log reads findings and rules, officers decide, nobody about
themselves."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.anomalies.codes import Change, MuteReason
from compliance.anomalies.models import Finding, Trial
from compliance.anomalies.rules import RULES
from compliance.anomalies.services import mute, note_leaving
from tests.access_matrix import Row, World, who

READERS, OFFICERS = who("olivia", "otto", "aud"), who("olivia", "otto")
RULE = "denied_burst"
NUMBERS = {f"p-{name}": value for name, value in RULES[RULE].defaults.items()}


def _finding(world: World, person: str = "ming") -> None:
    about = getattr(world, person)
    world.finding = Finding.objects.create(
        rule=RULE,
        version=0,
        about=str(about.pk),
        person_id=about.pk,
        day=date(2026, 11, 20),
        measure=12,
        limit=10,
        entries=[],
        entry_count=0,
        last_at=timezone.now(),
    )


def _about_olivia(world: World) -> None:
    _finding(world, "olivia")


def _mute(world: World) -> None:
    with acting_as(Origin(actor=world.olivia.pk)):
        world.mute = mute(
            actor=world.olivia,
            rule=RULE,
            person=world.ming,
            until=timezone.localdate() + timedelta(days=1),
            reason=MuteReason.KNOWN,
        )


def _leaving(world: World) -> None:
    with acting_as(Origin(actor=world.olivia.pk)):
        note_leaving(actor=world.olivia, person=world.ming)


def _olivia_leaves(world: World) -> None:
    with acting_as(Origin(actor=world.otto.pk)):
        note_leaving(actor=world.otto, person=world.olivia)


def _trial(world: World) -> None:
    world.trial = Trial.objects.create(
        rule=RULE, params=RULES[RULE].defaults, first=date(2026, 11, 1), days=3, asked_by=world.olivia
    )


def _post(url: str, **more: Any) -> Row:
    return Row(url=url, method="post", **{"who": OFFICERS} | more)


def _of_finding(world: World) -> list[Any]:
    return [world.finding.pk]


def _reason(world: World) -> dict[str, str]:
    return {"reason": "finding.work"}


def _mute_form(world: World) -> dict[str, str]:
    return {
        "until": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "reason": MuteReason.KNOWN.value,
    }


ROWS: list[Row] = [
    Row(url="compliance:watch_findings", who=READERS, build=_finding),
    Row(url="compliance:watch_finding", who=READERS, build=_finding, args=_of_finding),
    Row(url="compliance:watch_finding", who=who(), args=lambda world: [uuid4()], state="no such finding"),
    _post("compliance:watch_take", build=_finding, args=_of_finding),
    _post(
        "compliance:watch_take",
        build=_about_olivia,
        args=_of_finding,
        who=who("otto"),
        state="about an officer",
    ),
    _post("compliance:watch_decide", build=_finding, args=_of_finding, data=_reason),
    _post(
        "compliance:watch_decide",
        build=_about_olivia,
        args=_of_finding,
        data=_reason,
        who=who("otto"),
        state="about an officer",
    ),
    _post("compliance:watch_mute", build=_finding, args=_of_finding, data=_mute_form),
    _post(
        "compliance:watch_mute",
        build=_about_olivia,
        args=_of_finding,
        data=_mute_form,
        who=who("otto"),
        state="about an officer",
    ),
    _post("compliance:watch_unmute", build=_mute, args=lambda world: [world.mute.pk]),
    _post("compliance:watch_unmute", args=lambda world: [uuid4()], who=who(), state="no such mute"),
    Row(url="compliance:watch", who=READERS, build=_mute),
    Row(url="compliance:watch_rule", who=READERS, args=lambda world: [RULE]),
    Row(url="compliance:watch_rule", who=who(), args=lambda world: ["no_rule"], state="no such rule"),
    _post(
        "compliance:watch_rule",
        args=lambda world: [RULE],
        data=lambda world: NUMBERS | {"active": "on", "why": Change.NOISE.value},
    ),
    _post("compliance:watch_try", args=lambda world: [RULE], data=lambda world: NUMBERS | {"days": 1}),
    _post("compliance:watch_try", args=lambda world: ["no_rule"], who=who(), state="no such rule"),
    Row(url="compliance:watch_trial", who=READERS, build=_trial, args=lambda world: [world.trial.pk]),
    Row(url="compliance:watch_trial", who=who(), args=lambda world: [uuid4()], state="no such trial"),
    Row(
        url="compliance:watch_trial_progress", who=READERS, build=_trial, args=lambda world: [world.trial.pk]
    ),
    _post("compliance:watch_leaving", data=lambda world: {"person": world.ming.pk}),
    _post("compliance:watch_staying", build=_leaving, args=lambda world: [world.ming.pk]),
    _post(
        "compliance:watch_staying",
        build=_olivia_leaves,
        args=lambda world: [world.olivia.pk],
        who=who("otto"),
        state="about an officer",
    ),
    Row(url="compliance:streams", who=READERS),
]

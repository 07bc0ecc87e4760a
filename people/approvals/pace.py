"""How long deciders looked before they decided: a word given within seconds of opening a grave request is
hardly a second look.

Measured from the first opening of the exact preview, which the decision itself holds: both times are the
database's facts and final (migration 0002).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.approvals.models import ApprovalDecision
from people.approvals.registry import actions
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

HASTY = 10  # seconds, of a grave request
LOOKED_BACK = timedelta(days=90)
_STEPS: tuple[tuple[int | None, str | Promise], ...] = (
    (5, gettext_lazy("under 5 s")),
    (HASTY, gettext_lazy("5 to 10 s")),
    (30, gettext_lazy("10 to 30 s")),
    (60, gettext_lazy("30 to 60 s")),
    (300, gettext_lazy("1 to 5 min")),
    (None, gettext_lazy("longer")),
)
_SECONDS = "extract(epoch from d.decided_at - d.preview_opened_at)"
_BY_DECIDER = f"""
select u.display_name, count(*), percentile_cont(0.5) within group (order by {_SECONDS}),
  min({_SECONDS}), count(*) filter (where r.action = any(%(grave)s) and {_SECONDS} < %(hasty)s)
from people_approvaldecision d join people_approvalrequest r on r.id = d.request_id
join people_user u on u.id = d.decider_id
where d.decided_at >= %(since)s group by u.id order by 5 desc, 3, u.display_name limit 200
"""  # noqa: S608 (constants)
_BY_LENGTH = f"""
select width_bucket({_SECONDS}::float8, %(steps)s), count(*),
  count(*) filter (where r.action = any(%(grave)s) and {_SECONDS} < %(hasty)s)
from people_approvaldecision d join people_approvalrequest r on r.id = d.request_id
where d.decided_at >= %(since)s group by 1
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Pace:
    """One decider's decisions. Lengths in seconds; `hasty` are grave ones decided under HASTY."""

    name: str
    decisions: int
    median: int
    shortest: int
    hasty: int


@dataclass(frozen=True, slots=True)
class Length:
    """How many decisions fell into a stretch of time; `hasty` are the grave ones under HASTY."""

    label: str | Promise
    decisions: int
    hasty: int


def paces() -> list[Pace]:
    """Of each decider within LOOKED_BACK, whoever decided hastily first."""
    return [
        Pace(name, count, int(median), int(shortest), hasty)
        for name, count, median, shortest, hasty in _rows(_BY_DECIDER)
    ]


def lengths() -> list[Length]:
    """All decisions by how long their deciders looked, the shortest first."""
    found = {step: (count, hasty) for step, count, hasty in _rows(_BY_LENGTH)}
    return [Length(label, *found.get(place, (0, 0))) for place, (_end, label) in enumerate(_STEPS)]


def due(user: User) -> Iterator[DueItem]:
    """The hasty decisions of the last week, for officers; one's own are for the others to look at."""
    if not has(user, Permission.APPROVAL_DECIDE):
        return
    week = timezone.now() - timedelta(days=7)
    hasty = ApprovalDecision.objects.filter(
        decided_at__gte=week,
        decided_at__lt=F("preview_opened_at") + timedelta(seconds=HASTY),
        request__action__in=_grave(),
    )
    yield DueItem(
        label=_("Grave requests decided within seconds of opening"),
        count=hasty.exclude(decider=user).count(),
        url=reverse("people:approval_pace"),
        urgency=Urgency.LATER,
    )


def _grave() -> list[str]:
    return [action.code for action in actions() if action.grave]


def _rows(sql: str) -> list[tuple[Any, ...]]:
    steps = [float(end) for end, _label in _STEPS if end is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {"grave": _grave(), "hasty": HASTY, "since": timezone.now() - LOOKED_BACK, "steps": steps},
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

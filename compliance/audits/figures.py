"""What audits look like in numbers: progress, results by area, actions by age. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.audits.codes import WAITING, ActionState, Area, Result
from compliance.audits.followup import CorrectiveAction
from compliance.audits.models import Audit, AuditItem


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one audit: answered questions, open corrective actions and those that are overdue."""

    questions: int = 0
    answered: int = 0
    actions: int = 0
    overdue: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.answered // self.questions if self.questions else 0


def progress_of(audits: Iterable[Audit]) -> Mapping[UUID, Progress]:
    """Two queries, however many audits."""
    ids = [one.pk for one in audits]
    questions = AuditItem.objects.filter(audit__in=ids).order_by().values_list("audit")
    counted = {
        audit: (count, answered)
        for audit, count, answered in questions.annotate(
            n=Count("pk"), answered=Count("pk", filter=~Q(result=""))
        )
    }
    actions = CorrectiveAction.objects.filter(finding__item__audit__in=ids, state__in=WAITING)
    late = Q(due__lt=timezone.localdate())
    waiting = {
        audit: (count, overdue)
        for audit, count, overdue in actions.order_by()
        .values_list("finding__item__audit")
        .annotate(n=Count("pk"), overdue=Count("pk", filter=late))
    }
    return {one: Progress(*counted.get(one, (0, 0)), *waiting.get(one, (0, 0))) for one in ids}


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: `parts` in the order of the chart's legend."""

    label: str | Promise
    parts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.parts)


_COUNTED = (Result.CONFORMING, Result.OBSERVATION, Result.MINOR, Result.MAJOR)
_OPEN_FOR = (
    (_("not due yet"), 0),
    (_("up to 7 days overdue"), 7),
    (_("8 to 30 days overdue"), 30),
    (_("more than 30 days overdue"), 10**6),
)
RESULT_LABELS: tuple[str | Promise, ...] = tuple(one.label for one in _COUNTED)
STATE_LABELS: tuple[str | Promise, ...] = (ActionState.OPEN.label, ActionState.DONE.label)


def by_area(audits: Iterable[Audit]) -> list[Stack]:
    """Results of these audits by area; areas without any are left out. One query."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = AuditItem.objects.filter(audit__in=[one.pk for one in audits]).order_by()
    for area, result, count in rows.values_list("area", "result").annotate(n=Count("pk")):
        found[area][result] = count
    stacks = [Stack(area.label, tuple(found[area].get(one, 0) for one in _COUNTED)) for area in Area]
    return [one for one in stacks if one.total]


def by_age() -> list[Stack]:
    """Open corrective actions of all audits by how long they are overdue. One query."""
    today = timezone.localdate()
    counts = [[0, 0] for _age in _OPEN_FOR]
    for due, state in CorrectiveAction.objects.filter(state__in=WAITING).values_list("due", "state"):
        days = max((today - due).days, 0)
        place = next(at for at, (_label, most) in enumerate(_OPEN_FOR) if days <= most)
        counts[place][state == ActionState.DONE] += 1
    return [Stack(label, tuple(parts)) for (label, _most), parts in zip(_OPEN_FOR, counts, strict=True)]

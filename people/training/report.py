"""Whether training works: scores before and after, who passes, what is hard, who is late. No small cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from people.charts import Bars, drawn
from people.roles.access import grants_in_force
from people.roles.models import RoleCode
from people.training.enrolling import running_tracks
from people.training.models import Question, Track
from people.training.records import Enrolment, Paper, PaperKind, Talk

SMALL = 5  # fewer people or answers than this would tell of single ones
HARDEST = 10
_PERCENT = Cast(F("correct"), FloatField()) * 100 / F("total")


@dataclass(frozen=True, slots=True)
class Row:
    """Percentages; None where fewer than SMALL people stand behind them."""

    title: str
    people: int | None
    before: int | None
    after: int | None
    passed: int | None
    late: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    role: str
    people: int | None
    passed: int | None


def tracks() -> list[Row]:
    """Each running track. Three queries for all."""
    handed = Paper.objects.filter(handed_in_at__isnull=False, track__in=running_tracks())
    is_exam, is_before = Q(kind=PaperKind.EXAM), Q(kind=PaperKind.BEFORE)
    found = {
        row["track"]: row
        for row in handed.order_by()
        .values("track")
        .annotate(
            before_people=Count("person", filter=is_before, distinct=True),
            exam_people=Count("person", filter=is_exam, distinct=True),
            passed_people=Count("person", filter=is_exam & Q(passed=True), distinct=True),
            before=Avg(_PERCENT, filter=is_before),
            after=Avg(_PERCENT, filter=is_exam),
        )
    }
    overdue = dict(_late().order_by().values_list("track").annotate(n=Count("pk")))
    return [_row(track, found.get(track.pk, {}), overdue.get(track.pk, 0)) for track in running_tracks()]


def _row(track: Track, found: Mapping[str, Any], overdue: int) -> Row:
    befores, exams = int(found.get("before_people", 0)), int(found.get("exam_people", 0))
    return Row(
        title=track.title,
        people=exams if exams >= SMALL else None,
        before=round(found["before"]) if befores >= SMALL else None,
        after=round(found["after"]) if exams >= SMALL else None,
        passed=round(100 * found["passed_people"] / exams) if exams >= SMALL else None,
        late=overdue,
    )


def roles() -> list[RoleRow]:
    """Of those who sat an exam, by the roles they hold now: how many passed one."""
    rows = []
    for code in RoleCode:
        holders = grants_in_force().filter(role=code).values("user")
        sat = Paper.objects.filter(kind=PaperKind.EXAM, handed_in_at__isnull=False, person__in=holders)
        counts = sat.aggregate(
            people=Count("person", distinct=True),
            passed=Count("person", filter=Q(passed=True), distinct=True),
        )
        shown = counts["people"] >= SMALL
        share = round(100 * counts["passed"] / counts["people"]) if shown else None
        rows.append(RoleRow(str(code.label), counts["people"] if shown else None, share))
    return rows


def hardest() -> list[tuple[Question, int]]:
    """The questions most often answered wrongly, with the share; those hardly asked are left out."""
    asked = Question.objects.filter(asked__gte=SMALL, wrong__gt=0, retired_at__isnull=True)
    share = Cast(F("wrong"), FloatField()) / F("asked")
    found = asked.select_related("track").annotate(share=share).order_by("-share", "pk")[:HARDEST]
    return [(one, round(100 * one.share)) for one in found]


def overdue() -> QuerySet[Enrolment]:
    """Who is late, the longest first: named, since officers talk with them."""
    return _late().select_related("person", "track").order_by("due_at", "pk")


def stuck() -> QuerySet[Enrolment]:
    """Who failed as often as the course lets: they wait for a talk."""
    since = Coalesce(
        Subquery(Talk.objects.filter(enrolment=OuterRef("enrolment")).order_by("-at").values("at")[:1]),
        OuterRef("made_at"),
    )
    failed = (
        Paper.objects.filter(
            enrolment=OuterRef("pk"), round=OuterRef("round"), kind=PaperKind.EXAM, passed=False
        )
        .filter(handed_in_at__gt=since)
        .order_by()
        .values("enrolment")
        .annotate(n=Count("pk"))
    )
    live = Enrolment.objects.filter(ended_at__isnull=True, track__in=running_tracks(), person__is_active=True)
    counted = live.annotate(failed=Subquery(failed.values("n")))
    return counted.filter(failed__gte=F("track__tries")).select_related("person", "track").order_by("pk")


def _late() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(
        ended_at__isnull=True, due_at__lte=timezone.now(), track__in=running_tracks(), person__is_active=True
    )


def chart(rows: list[Row]) -> Bars | None:
    """The exam's mean for each track that shows one; what was gained since the test before is marked."""
    shown = [row for row in rows if row.after is not None]
    if not shown:
        return None
    values = [
        (f"{row.title}: {after}%", after, max(after - (after if row.before is None else row.before), 0))
        for row in shown
        if (after := row.after) is not None
    ]
    return drawn(values, first=shown[0].title, last=shown[-1].title)

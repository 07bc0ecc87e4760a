"""Where a person stands in a track: what is read, what is open, what they wait for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from people.training.models import Lesson
from people.training.records import REFRESH_FROM, Certificate, Enrolment, LessonDone, Paper, PaperKind


@dataclass(frozen=True, slots=True)
class Standing:
    """`lessons` with whether each is done in this round. `failed`: exams since the last talk."""

    enrolment: Enrolment
    lessons: list[tuple[Lesson, bool]]
    before: Paper | None
    open_papers: dict[str, Paper]
    failed: int
    tries_from: datetime | None
    certificate: Certificate | None

    @property
    def is_called(self) -> bool:
        """Whether there is something to take now: not while a certificate has long to run."""
        passed = self.certificate is not None and self.certificate.paper.round == self.enrolment.round - 1
        return not passed or self.enrolment.due_at <= timezone.now() + REFRESH_FROM

    @property
    def missing(self) -> int:
        return sum(not done for _, done in self.lessons)

    @property
    def before_is_open(self) -> bool:
        """The test before the lessons: once a round, and while none of them is read."""
        return self.is_called and self.before is None and not any(done for _, done in self.lessons)

    @property
    def needs_talk(self) -> bool:
        return self.failed >= self.enrolment.track.tries

    @property
    def waits(self) -> bool:
        return self.tries_from is not None and self.tries_from > timezone.now()

    @property
    def exam_is_open(self) -> bool:
        return self.is_called and not self.missing and not self.needs_talk and not self.waits


def standing_of(enrolment: Enrolment) -> Standing:
    """Five queries; `track` is read with the enrolment."""
    lessons = Lesson.objects.filter(track=enrolment.track_id, retired_at__isnull=True)
    done = set(
        LessonDone.objects.filter(enrolment=enrolment, round=enrolment.round).values_list("lesson", flat=True)
    )
    papers = list(Paper.objects.filter(enrolment=enrolment, round=enrolment.round).order_by("drawn_at"))
    failed = _failed(enrolment, papers)
    last = max((paper.handed_in_at for paper in failed if paper.handed_in_at), default=None)
    certificates = Certificate.objects.filter(paper__enrolment=enrolment).select_related("paper")
    return Standing(
        enrolment=enrolment,
        lessons=[(one, one.pk in done) for one in lessons.order_by("position", "pk")],
        before=next((one for one in papers if one.kind == PaperKind.BEFORE), None),
        open_papers={one.kind: one for one in papers if one.handed_in_at is None},
        failed=len(failed),
        tries_from=last + timedelta(hours=enrolment.track.wait_hours) if last else None,
        certificate=certificates.order_by("-issued_at").first(),
    )


def _failed(enrolment: Enrolment, papers: list[Paper]) -> list[Paper]:
    talked = enrolment.talks.order_by("-at").values_list("at", flat=True).first()
    return [
        paper
        for paper in papers
        if paper.kind == PaperKind.EXAM
        and paper.passed is False
        and paper.handed_in_at is not None
        and (talked is None or paper.handed_in_at > talked)
    ]

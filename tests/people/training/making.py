"""Courses for the tests, made through the services, and people who take them."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.roles.models import RoleCode
from people.training import authoring, taking
from people.training.authoring import NewQuestion
from people.training.models import Lesson, LessonKind, Question, QuestionKind, Track
from people.training.records import Enrolment, Paper, PaperKind

BANK = 6


def course(
    people: SimpleNamespace, *, roles: tuple[RoleCode, ...] = (RoleCode.AGENT,), **rules: object
) -> Track:
    """Published: one text lesson, six questions whose right answer is the first option, two drawn."""
    values: dict[str, object] = {"draw": 2, "pass_percent": 100, "wait_hours": 0, "tries": 3, **rules}
    track = Track(title_zh="保密", title_en="Keeping secrets", made_by=people.olivia, **values)
    with acting_as(Origin(actor=people.olivia.pk)):
        authoring.save_track(actor=people.olivia, track=track, roles=roles)
        lesson(people, track)
        for number in range(BANK):
            question(people, track, number)
        authoring.publish(actor=people.olivia, track=track)
    track.refresh_from_db()
    return track


def lesson(people: SimpleNamespace, track: Track, kind: LessonKind = LessonKind.TEXT) -> Lesson:
    bodies = {"body_zh": "第一段", "body_en": "First"} if kind == LessonKind.TEXT else {}
    made = Lesson(track=track, kind=kind, title_zh="课", title_en="Lesson", **bodies)
    return authoring.add_lesson(actor=people.olivia, lesson=made)


def question(people: SimpleNamespace, track: Track, number: int, *, several: bool = False) -> Question:
    new = NewQuestion(
        kind=QuestionKind.MULTIPLE if several else QuestionKind.SINGLE,
        text_zh=f"题{number}",
        text_en=f"Question {number}",
        options_zh=["对", "错", "也错"],
        options_en=["yes", "no", "never"],
        right=[0, 2] if several else [0],
        why_zh=f"因为{number}",
        why_en=f"Because {number}",
    )
    return authoring.add_question(actor=people.olivia, track=track, new=new)


def taken_by(person: User, track: Track) -> Enrolment:
    return Enrolment.objects.select_related("track").get(person=person, track=track, ended_at__isnull=True)


def overdue(enrolment: Enrolment) -> None:
    enrolment.due_at = timezone.now() - timedelta(minutes=1)
    enrolment.save(update_fields=["due_at"])


def read_all(person: User, enrolment: Enrolment) -> None:
    for one in enrolment.track.lessons.filter(retired_at__isnull=True):
        taking.finish_lesson(actor=person, enrolment_id=enrolment.pk, lesson_id=one.pk)


def drawn(person: User, enrolment: Enrolment) -> Paper:
    """An exam, its lessons read."""
    read_all(person, enrolment)
    return taking.draw(actor=person, enrolment_id=enrolment.pk, kind=PaperKind.EXAM)


def right_answers(paper: Paper) -> dict[int, list[int]]:
    """By places, as the page would send them."""
    found = {}
    for at, one in enumerate(paper.questions):
        right = Question.objects.get(pk=one["id"]).right
        found[at] = [place for place, original in enumerate(one["order"]) if original in right]
    return found


def wrong_answers(paper: Paper) -> dict[int, list[int]]:
    return {at: [one["order"].index(1)] for at, one in enumerate(paper.questions)}


def passed(person: User, track: Track) -> Paper:
    paper = drawn(person, taken_by(person, track))
    return taking.hand_in(actor=person, paper_id=paper.pk, chosen=right_answers(paper))


def failed(person: User, track: Track) -> Paper:
    paper = drawn(person, taken_by(person, track))
    return taking.hand_in(actor=person, paper_id=paper.pk, chosen=wrong_answers(paper))

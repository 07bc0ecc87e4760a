"""Who gets in where in training: one's own courses and papers; officers write and see who stands where."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from people.training import attending
from people.training.models import LessonKind
from people.training.outside import Given, record_outside
from people.training.records import Certificate
from tests.access_matrix import Row, World, who
from tests.people.training.making import course, drawn, lesson, passed, taken_by

ALL = who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud")
OFFICERS = who("olivia", "otto")
MING = who("ming")
UNKNOWN = UUID(int=1)


def _course(world: World) -> None:
    """Ming and Lin take it; it has a text and a live lesson, which Lin holds."""
    world.track = course(world)
    world.live = lesson(world, world.track, LessonKind.LIVE)
    world.text = world.track.lessons.get(kind=LessonKind.TEXT)
    world.taken = taken_by(world.ming, world.track)
    world.question = world.track.questions.first()
    started = timezone.now() - timedelta(hours=1)
    world.session = attending.hold(actor=world.olivia, lesson=world.live, trainer=world.lin, held_at=started)


def _attended(world: World) -> None:
    _course(world)
    world.said = attending.attend(
        actor=world.ming,
        enrolment_id=world.taken.pk,
        lesson_id=world.live.pk,
        session_id=world.session.pk,
    )


def _paper(world: World) -> None:
    world.track = course(world)
    world.paper = drawn(world.ming, taken_by(world.ming, world.track))


def _certified(world: World) -> None:
    world.certificate = Certificate.objects.get(paper=passed(world.ming, course(world)))


def _outside(world: World) -> None:
    given = Given(title="a", issuer="b", number="c1234", issued_on=timezone.localdate(), expires_on=None)
    world.outside = record_outside(actor=world.ming, given=given, evidence=b"%PDF-1.4")


def _draft(world: World) -> None:
    _course(world)
    world.track.published_at = None
    world.track.save()


def _lesson_of_ming(world: World) -> list[Any]:
    return [world.taken.pk, world.text.pk]


def _rules(world: World) -> dict[str, Any]:
    days = {"join_days": 14, "valid_days": 365, "draw": 2, "pass_percent": 80, "wait_hours": 1, "tries": 3}
    return {"title_zh": "课", "title_en": "Course", **days}


def _question(world: World) -> dict[str, Any]:
    options = {"options_zh": "对\n错", "options_en": "yes\nno", "right": "1"}
    words = {"text_zh": "问", "text_en": "Ask", "why_zh": "因", "why_en": "Because"}
    return {"kind": "single", **options, **words}


def _scan(world: World) -> dict[str, Any]:
    scan = SimpleUploadedFile("a.pdf", b"%PDF-1.4", content_type="application/pdf")
    day = timezone.localdate().isoformat()
    return {"title": "a", "issuer": "b", "number": "c1234", "issued_on": day, "evidence": scan}


def _track(world: World) -> list[Any]:
    return [world.track.pk]


def _manage(name: str, **more: Any) -> Row:
    return Row(url=f"people:training_{name}", who=OFFICERS, build=_course, args=_track, **more)


ROWS = [
    Row(url="people:training", who=ALL),
    Row(url="people:training_sessions", who=ALL),
    Row(url="people:training_outside", who=ALL),
    Row(url="people:training_outside", who=ALL, method="post", data=_scan),
    Row(
        url="people:training_course",
        state="of ming",
        who=MING,
        build=_course,
        args=lambda world: [world.taken.pk],
    ),
    Row(url="people:training_course", state="nobody's id", who=who(), args=lambda world: [UNKNOWN]),
    Row(url="people:training_lesson", state="of ming", who=MING, build=_course, args=_lesson_of_ming),
    Row(
        url="people:training_lesson",
        state="of ming",
        who=MING,
        build=_course,
        args=_lesson_of_ming,
        method="post",
    ),
    Row(
        url="people:training_lesson_file",
        state="a lesson that is no file",
        who=who(),
        build=_course,
        args=_lesson_of_ming,
    ),
    Row(
        url="people:training_attend",
        state="of ming, held by lin",
        who=MING,
        build=_course,
        args=lambda world: [world.taken.pk, world.live.pk, world.session.pk],
        method="post",
    ),
    Row(
        url="people:training_confirm",
        state="of ming, held by lin",
        who=who("lin"),
        build=_attended,
        args=lambda world: [world.session.pk, world.said.pk],
        method="post",
    ),
    Row(
        url="people:training_begin",
        state="of ming",
        who=MING,
        build=_course,
        args=lambda world: [world.taken.pk, "exam"],
        method="post",
    ),
    Row(
        url="people:training_paper",
        state="of ming",
        who=MING,
        build=_paper,
        args=lambda world: [world.paper.pk],
    ),
    Row(
        url="people:training_paper",
        state="of ming",
        who=MING,
        build=_paper,
        args=lambda world: [world.paper.pk],
        method="post",
    ),
    Row(
        url="people:training_certificate",
        state="of ming",
        who=MING | OFFICERS,
        build=_certified,
        args=lambda world: [world.certificate.pk],
    ),
    Row(
        url="people:training_outside_file",
        state="of ming",
        who=MING | OFFICERS,
        build=_outside,
        args=lambda world: [world.outside.pk],
    ),
    Row(url="people:training_outside_list", who=OFFICERS),
    Row(
        url="people:training_outside_check",
        state="of ming",
        who=OFFICERS,
        build=_outside,
        args=lambda world: [world.outside.pk],
    ),
    Row(
        url="people:training_outside_check",
        state="of ming",
        who=OFFICERS,
        build=_outside,
        args=lambda world: [world.outside.pk],
        method="post",
        data=lambda world: {"genuine": "yes"},
    ),
    Row(url="people:training_tracks", who=OFFICERS),
    Row(url="people:training_track_new", who=OFFICERS),
    Row(url="people:training_track_new", who=OFFICERS, method="post", data=_rules),
    Row(url="people:training_report", who=OFFICERS, build=_certified),
    Row(
        url="people:training_talk",
        state="with ming",
        who=OFFICERS,
        build=_course,
        args=lambda world: [world.taken.pk],
        method="post",
    ),
    _manage("track"),
    _manage("track", method="post", data=_rules),
    Row(
        url="people:training_publish",
        state="a draft",
        who=OFFICERS,
        build=_draft,
        args=_track,
        method="post",
    ),
    _manage("retire", method="post"),
    _manage("anew", method="post", data=lambda world: {"days": 14}),
    _manage("assign", method="post", data=lambda world: {"person": str(world.lea.pk), "days": 14}),
    _manage("lesson_new"),
    _manage(
        "lesson_new",
        method="post",
        data=lambda world: {"kind": "live", "title_zh": "课", "title_en": "Lesson"},
    ),
    _manage("question_new"),
    _manage("question_new", method="post", data=_question),
    Row(
        url="people:training_lesson_retire",
        who=OFFICERS,
        build=_course,
        args=lambda world: [world.live.pk],
        method="post",
    ),
    Row(
        url="people:training_question_retire",
        who=OFFICERS,
        build=_course,
        args=lambda world: [world.question.pk],
        method="post",
    ),
    Row(url="people:training_session_new", who=OFFICERS, build=_course, args=lambda world: [world.live.pk]),
    Row(
        url="people:training_session_new",
        who=OFFICERS,
        build=_course,
        args=lambda world: [world.live.pk],
        method="post",
        data=lambda world: {"trainer": str(world.lin.pk), "held_at": "2026-12-01T10:00"},
    ),
]

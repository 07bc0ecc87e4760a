"""Each rule of the database refuses what breaks it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.training import attending
from people.training.models import (
    Lesson,
    LessonKind,
    Question,
    Track,
    TrackRole,
    TrainingFile,
    TrainingKeys,
)
from people.training.records import (
    Attendance,
    Certificate,
    Enrolment,
    LessonDone,
    OutsideCertificate,
    Paper,
    PaperKind,
    Talk,
)
from tests.people.training.making import course, drawn, lesson, passed, taken_by

pytestmark = pytest.mark.django_db


def _refused(rule: str, model: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        model.objects.create(**values)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("track_has_titles", {"title_en": ""}),
        ("track_join_days", {"join_days": 0}),
        ("track_valid_days", {"valid_days": 29}),
        ("track_draw", {"draw": 0}),
        ("track_pass_percent", {"pass_percent": 49}),
        ("track_wait_hours", {"wait_hours": 721}),
        ("track_tries", {"tries": 0}),
        ("track_minutes", {"minutes": 0}),
        ("track_retired_after", {"retired_at": timezone.now()}),
    ],
)
def test_a_track(people: SimpleNamespace, rule: str, wrong: dict[str, Any]) -> None:
    _refused(rule, Track, **{"title_zh": "课", "title_en": "a", "made_by": people.olivia} | wrong)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("lesson_kind_known", {"kind": "dance"}),
        ("lesson_has_titles", {"title_zh": ""}),
        ("lesson_file_where_it_is_one", {"kind": "file"}),
        ("lesson_link_where_it_is_a_video", {"kind": "video", "link": "http://example.test/"}),
        ("lesson_text_in_both_languages", {"body_en": ""}),
    ],
)
def test_a_lesson(people: SimpleNamespace, rule: str, wrong: dict[str, Any]) -> None:
    words = {"title_zh": "课", "title_en": "a", "body_zh": "文", "body_en": "b"}
    values = {"track": course(people), "position": 9, "kind": "text", "added_by": people.olivia, **words}
    _refused(rule, Lesson, **values | wrong)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("question_kind_known", {"kind": "essay"}),
        ("question_is_worded", {"why_en": ""}),
        ("question_has_options", {"options_zh": ["a"], "options_en": ["a"]}),
        ("question_has_options", {"options_en": ["a", "b", "c"]}),
        ("question_right_fits_kind", {"right": [0, 1]}),
        ("question_right_fits_kind", {"kind": "multiple"}),
        ("question_wrong_of_asked", {"wrong": 1}),
    ],
)
def test_a_question(people: SimpleNamespace, rule: str, wrong: dict[str, Any]) -> None:
    words = {"text_zh": "问", "text_en": "a", "why_zh": "因", "why_en": "b"}
    options = {"options_zh": ["a", "b"], "options_en": ["a", "b"], "right": [0]}
    values = {"track": course(people), "kind": "single", "added_by": people.olivia, **words, **options}
    _refused(rule, Question, **values | wrong)


def test_single_rows_and_files(people: SimpleNamespace) -> None:
    keys = {"compartment": UUID(int=1), "compartment_key_id": 1, "key_id": 1}
    _refused("training_keys_is_one", TrainingKeys, id=2, **keys)
    kept = {"size": 1, "sealed": b"x", "by": people.olivia}
    _refused("training_file_type_known", TrainingFile, media_type="text/html", **kept)
    _refused("training_file_not_empty", TrainingFile, media_type="image/png", **kept | {"size": 0})
    track = course(people)
    _refused("track_role_once", TrackRole, track=track, role_id="agent")


def test_an_enrolment(people: SimpleNamespace) -> None:
    track, due = course(people), timezone.now()
    _refused("enrolment_once", Enrolment, person=people.ming, track=track, due_at=due)
    values = {"person": people.lea, "track": track, "due_at": due}
    _refused("enrolment_round_from_one", Enrolment, **values, round=0)
    _refused("enrolment_given_by_another", Enrolment, **values, given_by=people.lea)
    _refused("enrolment_for_deal_given", Enrolment, **values, deal_id=uuid4())


def _paper(people: SimpleNamespace) -> dict[str, Any]:
    enrolment = taken_by(people.ming, course(people))
    drawn_questions = {"questions": [{"id": str(uuid4()), "order": [0]}], "total": 1, "pass_percent": 80}
    about = {"enrolment": enrolment, "person": people.ming, "track": enrolment.track, "round": 1}
    return {"kind": PaperKind.EXAM, **about, **drawn_questions}


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("paper_kind_known", {"kind": "poem"}),
        ("paper_asks_something", {"questions": [], "total": 0}),
        ("paper_of_its_enrolment", {"total": 2}),
        ("paper_of_its_enrolment", {"round": 2}),
        ("paper_of_its_enrolment", {"handed_in_at": timezone.now(), "correct": 1, "passed": True}),
        ("paper_graded_when_handed_in", {"passed": False, "correct": 0}),
    ],
)
def test_a_paper(people: SimpleNamespace, rule: str, wrong: dict[str, Any]) -> None:
    _refused(rule, Paper, **_paper(people) | wrong)


def test_a_paper_is_open_once_and_counted(people: SimpleNamespace) -> None:
    values = _paper(people)
    made = Paper.objects.create(**values)
    _refused("paper_open_once", Paper, **values)
    now = timezone.now()
    for rule, wrong in (
        ("paper_correct_of_total", {"correct": 2, "passed": True}),
        ("paper_passed_as_counted", {"correct": 0, "passed": True}),
        ("paper_passed_as_counted", {"correct": 1, "passed": False}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Paper.objects.filter(pk=made.pk).update(handed_in_at=now, **wrong)
    before = Paper.objects.create(**values | {"kind": PaperKind.BEFORE})
    Paper.objects.filter(pk=before.pk).update(handed_in_at=now, correct=0, passed=False)
    _refused("paper_before_once", Paper, **values | {"kind": PaperKind.BEFORE})
    Paper.objects.filter(pk=made.pk).update(handed_in_at=now, correct=1, passed=True)
    again = Paper.objects.create(**values)
    with pytest.raises(IntegrityError, match="paper_passed_once"), transaction.atomic():
        Paper.objects.filter(pk=again.pk).update(handed_in_at=now, correct=1, passed=True)


def test_a_paper_in_time(people: SimpleNamespace) -> None:
    made = Paper.objects.create(**_paper(people), closes_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(IntegrityError, match="paper_in_time"), transaction.atomic():
        Paper.objects.filter(pk=made.pk).update(handed_in_at=timezone.now(), correct=1, passed=True)


def test_a_certificate_and_a_talk(people: SimpleNamespace) -> None:
    track = course(people)
    paper = passed(people.ming, track)
    made = Certificate.objects.get(paper=paper)
    values = {"person": people.ming, "track": track, "serial": "SR-X", "issued_at": made.issued_at}
    _refused("certificate_expires_later", Certificate, paper=paper, expires_at=made.issued_at, **values)
    enrolment = taken_by(people.ming, track)
    _refused("talk_with_another", Talk, enrolment=enrolment, person=people.ming, by=people.ming)
    done = LessonDone.objects.filter(enrolment=enrolment).first()
    assert done is not None
    _refused("lesson_done_once", LessonDone, enrolment=enrolment, lesson=done.lesson, round=done.round)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        LessonDone.objects.filter(pk=done.pk).update(round=9)


def test_what_was_taught_stays(people: SimpleNamespace) -> None:
    track = course(people)
    paper = drawn(people.ming, taken_by(people.ming, track))
    with pytest.raises(IntegrityError, match="lesson_stays"), transaction.atomic():
        Lesson.objects.filter(track=track).update(body_en="another")
    with pytest.raises(IntegrityError, match="question_stays"), transaction.atomic():
        Question.objects.filter(track=track).update(right=[1])
    with pytest.raises(IntegrityError, match="question_stays"), transaction.atomic():
        Question.objects.filter(track=track).delete()
    with pytest.raises(IntegrityError, match="paper_stays"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).delete()


def test_attendance(people: SimpleNamespace) -> None:
    live = lesson(people, course(people), LessonKind.LIVE)
    soon = timezone.now() + timedelta(hours=1)
    session = attending.hold(actor=people.olivia, lesson=live, trainer=people.ming, held_at=soon)
    row = Attendance.objects.create(session=session, person=people.lin)
    _refused("attendance_once", Attendance, session=session, person=people.lin)
    now = timezone.now()
    for rule, wrong in (  # by the trainer, and not before it was held
        ("attendance_confirmed_by_the_trainer", {"confirmed_at": now, "confirmed_by": people.olivia}),
        (
            "attendance_confirmed_by_the_trainer",
            {"confirmed_at": now, "confirmed_by": people.ming},
        ),  # too early
        ("attendance_confirmed_by_somebody", {"confirmed_at": now}),
        ("attendance_stays", {"person": people.lea}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Attendance.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("outside_certificate_named", {"issuer": ""}),
        ("outside_certificate_expires_later", {"expires_on": timezone.localdate()}),
        ("outside_certificate_checked_by_somebody", {"genuine": True}),
    ],
)
def test_a_certificate_of_others(people: SimpleNamespace, rule: str, wrong: dict[str, Any]) -> None:
    scan = TrainingFile.objects.create(media_type="image/png", size=1, sealed=b"x", by=people.ming)
    values = {"title": "a", "issuer": "b", "number": b"x", "number_mask": "****", "evidence": scan}
    _refused(
        rule,
        OutsideCertificate,
        **{"person": people.ming, "issued_on": timezone.localdate(), **values} | wrong,
    )


def test_a_certificate_of_others_is_checked_by_another(people: SimpleNamespace) -> None:
    scan = TrainingFile.objects.create(media_type="image/png", size=1, sealed=b"x", by=people.ming)
    values = {"title": "a", "issuer": "b", "number": b"x", "number_mask": "****", "evidence": scan}
    checked = {"checked_at": timezone.now(), "checked_by": people.ming, "genuine": True}
    day = timezone.localdate()
    _refused(
        "outside_certificate_checked_by_another",
        OutsideCertificate,
        **{"person": people.ming, "issued_on": day, **values, **checked},
    )

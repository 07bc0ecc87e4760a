"""What people might try with a course, a paper and a certificate."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from audit.refusals import Refused
from people.training import attending, enrolling, taking
from people.training.errors import NotNow
from people.training.models import LessonKind, Question
from people.training.outside import Given, check_outside, record_outside
from people.training.records import Attendance, Certificate, OutsideCertificate, Paper, PaperKind
from tests.cast import cast, client_of
from tests.people.training.making import (
    course,
    drawn,
    failed,
    lesson,
    passed,
    right_answers,
    taken_by,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 a scan"


def test_attack_answering_for_somebody_else(people: SimpleNamespace) -> None:
    track = course(people)
    paper = drawn(people.ming, taken_by(people.ming, track))
    with pytest.raises(Refused):
        taking.hand_in(actor=people.lin, paper_id=paper.pk, chosen=right_answers(paper))
    with pytest.raises(Refused):
        taking.draw(actor=people.lin, enrolment_id=paper.enrolment_id, kind=PaperKind.EXAM)
    address = reverse("people:training_paper", args=[paper.pk])
    assert client_of(people.lin).get(address).status_code == 404
    assert client_of(people.olivia).post(address, {"q0": "0"}).status_code == 404  # an officer neither
    paper.refresh_from_db()
    assert paper.handed_in_at is None


def test_attack_no_answer_in_the_page_before_it_is_handed_in(people: SimpleNamespace) -> None:
    track = course(people)
    paper = drawn(people.ming, taken_by(people.ming, track))
    page = client_of(people.ming).get(reverse("people:training_paper", args=[paper.pk])).content.decode()
    assert "Because" not in page
    assert not any(one["id"] in page for one in paper.questions)


def test_attack_score_and_passed_in_the_form(people: SimpleNamespace) -> None:
    track = course(people)
    paper = drawn(people.ming, taken_by(people.ming, track))
    typed = {"passed": "1", "correct": "2", "score": "100", "total": "0", "pass_percent": "0", "person": "x"}
    client_of(people.ming).post(reverse("people:training_paper", args=[paper.pk]), typed)
    paper.refresh_from_db()
    assert (paper.passed, paper.correct, paper.pass_percent) == (False, 0, 100)
    assert not Certificate.objects.exists()


def test_attack_questions_of_another_bank(people: SimpleNamespace) -> None:
    track = course(people)
    other = Question.objects.filter(track=course(people)).first()
    assert other is not None
    paper = drawn(people.ming, taken_by(people.ming, track))
    typed = {"questions": f'[{{"id": "{other.pk}"}}]', f"q{other.pk}": "0", "q99": "0", "q0": "-1", "q1": "8"}
    client_of(people.ming).post(reverse("people:training_paper", args=[paper.pk]), typed)
    paper.refresh_from_db()
    assert paper.passed is False
    with pytest.raises(IntegrityError, match="paper_stays"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(questions=[])


def test_attack_answers_after_the_time(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    track = course(people, minutes=1)
    paper = drawn(people.ming, taken_by(people.ming, track))
    answers = right_answers(paper)
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    late = taking.hand_in(actor=people.ming, paper_id=paper.pk, chosen=answers)
    assert (late.passed, late.correct) == (False, 0)
    assert not Certificate.objects.exists()


def test_attack_a_paper_kept_open_over_a_change_of_the_law(people: SimpleNamespace) -> None:
    track = course(people)
    passed(people.ming, track)
    enrolling.ask_anew(actor=people.olivia, track=track, days=7)
    kept = drawn(people.ming, taken_by(people.ming, track))
    enrolment = taken_by(people.ming, track)
    enrolment.round += 1  # asked anew once more
    enrolment.save()
    old = taking.hand_in(actor=people.ming, paper_id=kept.pk, chosen=right_answers(kept))
    assert old.passed is False


def test_attack_handing_in_twice(people: SimpleNamespace) -> None:
    track = course(people)
    paper = failed(people.ming, track)
    with pytest.raises(NotNow):
        taking.hand_in(actor=people.ming, paper_id=paper.pk, chosen=right_answers(paper))
    with pytest.raises(IntegrityError, match="paper_stays"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(passed=True, correct=2)


@pytest.mark.django_db(transaction=True)
def test_attack_two_submissions_at_once_give_one_result() -> None:
    with acting_as(Origin()):
        people = SimpleNamespace(**cast())
        track = course(people)
        paper = drawn(people.ming, taken_by(people.ming, track))
    answers, said = right_answers(paper), []
    together = threading.Barrier(2)

    def submit() -> None:
        with acting_as(Origin(actor=people.ming.pk)):
            together.wait()
            try:
                taking.hand_in(actor=people.ming, paper_id=paper.pk, chosen=answers)
            except NotNow:
                said.append("late")
            else:
                said.append("in")
        connection.close()

    threads = [threading.Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["in", "late"]
    assert Certificate.objects.count() == 1


def test_attack_grading_oneself_in_the_database(people: SimpleNamespace) -> None:
    track = course(people)
    paper = drawn(people.ming, taken_by(people.ming, track))
    now = timezone.now()
    with pytest.raises(IntegrityError, match="paper_passed_as_counted"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(passed=True, correct=1, handed_in_at=now)
    made = {"person": people.ming, "track": track, "serial": "SR-1", "expires_at": now + timedelta(days=9)}
    with pytest.raises(IntegrityError, match="certificate_of_a_passed_exam"), transaction.atomic():
        Certificate.objects.create(paper=paper, **made)
    real = Certificate.objects.get(paper=passed(people.lin, track))
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        Certificate.objects.filter(pk=real.pk).update(person=people.ming)


def test_attack_talking_with_oneself(people: SimpleNamespace) -> None:
    from people.roles.models import RoleCode

    track = course(people, roles=(RoleCode.COMPLIANCE_OFFICER,), tries=1)
    failed(people.olivia, track)
    with pytest.raises(NotNow):
        taking.record_talk(actor=people.olivia, enrolment=taken_by(people.olivia, track))


def test_attack_a_trainer_confirms_their_own_attendance(people: SimpleNamespace) -> None:
    track = course(people)
    live = lesson(people, track, LessonKind.LIVE)
    session = attending.hold(actor=people.olivia, lesson=live, trainer=people.ming, held_at=timezone.now())
    enrolment = taken_by(people.ming, track)
    with pytest.raises(NotNow):
        attending.attend(
            actor=people.ming, enrolment_id=enrolment.pk, lesson_id=live.pk, session_id=session.pk
        )
    with pytest.raises(IntegrityError, match="attendance_not_of_the_trainer"), transaction.atomic():
        Attendance.objects.create(session=session, person=people.ming)
    theirs = attending.attend(
        actor=people.lin,
        enrolment_id=taken_by(people.lin, track).pk,
        lesson_id=live.pk,
        session_id=session.pk,
    )
    with pytest.raises(Refused):  # nor the person their own
        attending.confirm(actor=people.lin, session_id=session.pk, attendance_id=theirs.pk)
    with pytest.raises(NotNow):
        taking.finish_lesson(actor=people.lin, enrolment_id=taken_by(people.lin, track).pk, lesson_id=live.pk)
    attending.confirm(actor=people.ming, session_id=session.pk, attendance_id=theirs.pk)
    assert taken_by(people.lin, track).done.filter(lesson=live).exists()


def test_attack_the_certificate_of_another(people: SimpleNamespace) -> None:
    track = course(people)
    made = Certificate.objects.get(paper=passed(people.ming, track))
    address = reverse("people:training_certificate", args=[made.pk])
    assert client_of(people.lin).get(address).status_code == 404
    assert client_of(people.olivia).get(address).status_code == 200


def _outside(people: SimpleNamespace, name: str) -> OutsideCertificate:
    given = Given(
        title="CISP-PIP",
        issuer="CNITSEC",
        number="CNITSEC2026PIP00123",
        issued_on=timezone.localdate(),
        expires_on=None,
    )
    return record_outside(actor=getattr(people, name), given=given, evidence=PDF)


def test_attack_checking_ones_own_certificate(people: SimpleNamespace) -> None:
    row = _outside(people, "olivia")
    with pytest.raises(NotNow):
        check_outside(actor=people.olivia, row=row, genuine=True)
    check_outside(actor=people.otto, row=row, genuine=True)
    with pytest.raises(IntegrityError, match="outside_certificate_stays"), transaction.atomic():
        OutsideCertificate.objects.filter(pk=row.pk).update(title="another")


def test_the_number_lies_sealed_and_masked(people: SimpleNamespace) -> None:
    row = _outside(people, "ming")
    row.refresh_from_db()
    assert b"PIP00123" not in bytes(row.number)
    assert b"a scan" not in bytes(row.evidence.sealed)
    assert row.number_mask == "****0123"
    page = client_of(people.olivia).get(reverse("people:training_outside_check", args=[row.pk]))
    assert b"CNITSEC2026PIP00123" in page.content
    assert b"CNITSEC2026PIP00123" not in client_of(people.ming).get(reverse("people:training")).content
    scan = client_of(people.ming).get(reverse("people:training_outside_file", args=[row.pk]))
    assert scan.content == PDF
    assert scan["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("data", [b"<html><script>", b"MZ\x90\x00", b"", b"%PDF-" + b"x" * (700 * 1024)])
def test_attack_hostile_uploads_are_kept_nowhere(people: SimpleNamespace, data: bytes) -> None:
    given = Given(title="a", issuer="b", number="c1234", issued_on=timezone.localdate(), expires_on=None)
    with pytest.raises(NotNow):
        record_outside(actor=people.ming, given=given, evidence=data)
    assert not OutsideCertificate.objects.exists()


def test_attack_markup_in_a_lesson_is_text(people: SimpleNamespace) -> None:
    from people.training import authoring
    from people.training.models import Lesson

    track = course(people)
    hostile = "<script>alert(1)</script>\n\n[x](javascript:alert(1))"
    made = Lesson(
        track=track, kind=LessonKind.TEXT, title_zh="课", title_en="L", body_zh=hostile, body_en=hostile
    )
    authoring.add_lesson(actor=people.olivia, lesson=made)
    address = reverse("people:training_lesson", args=[taken_by(people.ming, track).pk, made.pk])
    page = client_of(people.ming).get(address).content
    assert b"<script>alert" not in page
    assert b'href="javascript' not in page
    with pytest.raises(IntegrityError, match="lesson_link_where_it_is_a_video"), transaction.atomic():
        Lesson.objects.create(
            track=track,
            kind=LessonKind.VIDEO,
            position=9,
            title_zh="课",
            title_en="L",
            link="javascript:alert(1)",
            added_by=people.olivia,
        )

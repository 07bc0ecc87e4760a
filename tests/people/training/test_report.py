"""The report: before and after, shares, the hardest questions, who is late; nothing of fewer than five."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people.accounts.models import User
from people.roles.models import RoleCode
from people.training import report, taking
from people.training.enrolling import reconcile
from people.training.models import LessonKind, Track, TrainingFile
from people.training.records import PaperKind
from tests.cast import client_of, person
from tests.people.training.making import (
    course,
    failed,
    overdue,
    passed,
    right_answers,
    taken_by,
    wrong_answers,
)

pytestmark = pytest.mark.django_db


def _agents(count: int) -> list[User]:
    return [person(f"agent{number}", role=RoleCode.AGENT) for number in range(count)]


def _before(somebody: User, track: Track, *, right: bool) -> None:
    paper = taking.draw(actor=somebody, enrolment_id=taken_by(somebody, track).pk, kind=PaperKind.BEFORE)
    answers = right_answers(paper) if right else wrong_answers(paper)
    taking.hand_in(actor=somebody, paper_id=paper.pk, chosen=answers)


def test_fewer_than_five_are_hidden(people: SimpleNamespace) -> None:
    track = course(people)
    agents = _agents(5)
    reconcile()
    for one in agents[:4]:
        _before(one, track, right=False)
        passed(one, track)
    [row] = report.tracks()
    assert (row.people, row.before, row.after, row.passed) == (None, None, None, None)
    assert report.chart([row]) is None
    assert report.hardest() == []
    _before(agents[4], track, right=False)
    failed(agents[4], track)
    [row] = report.tracks()
    assert (row.people, row.before, row.after, row.passed) == (5, 0, 80, 80)
    drawing = report.chart([row])
    assert drawing is not None
    assert drawing.bars[0].marked == drawing.bars[0].height  # all of it was gained
    by_role = {one.role: one for one in report.roles()}
    assert by_role["Agent" if "Agent" in by_role else "经纪人"].passed == 80


def test_the_hardest_come_first(people: SimpleNamespace) -> None:
    track = course(people, draw=6, pass_percent=50, tries=20)
    for _ in range(5):
        failed(people.ming, track)
    hard = track.questions.first()
    assert hard is not None
    hard.asked += 5
    hard.save(update_fields=["asked"])
    shares = [share for _question, share in report.hardest()]
    assert shares == [100] * 5 + [50]


def test_officers_see_who_is_late_and_who_waits_for_a_talk(people: SimpleNamespace) -> None:
    track = course(people, tries=1)
    overdue(taken_by(people.lin, track))
    failed(people.ming, track)
    assert [one.person for one in report.overdue()] == [people.lin]
    assert [one.person for one in report.stuck()] == [people.ming]
    browser = client_of(people.olivia)
    page = browser.get(reverse("people:training_report")).content.decode()
    assert "Lin" in page
    browser.post(reverse("people:training_talk", args=[taken_by(people.ming, track).pk]))
    assert not report.stuck()


def _lesson(people: SimpleNamespace, track: Track, data: bytes) -> int:
    upload = SimpleUploadedFile("lesson.pdf", data, content_type="application/pdf")
    typed = {"kind": "file", "title_zh": "文件", "title_en": "File", "upload": upload}
    address = reverse("people:training_lesson_new", args=[track.pk])
    return client_of(people.olivia).post(address, typed).status_code


def test_a_file_lesson_lies_sealed_and_is_saved_by_who_takes_the_course(people: SimpleNamespace) -> None:
    track = course(people)
    assert _lesson(people, track, b"%PDF-1.4 the lesson") == 302
    kept = TrainingFile.objects.get()
    assert b"the lesson" not in bytes(kept.sealed)
    lesson = track.lessons.get(kind=LessonKind.FILE)
    address = reverse("people:training_lesson_file", args=[taken_by(people.ming, track).pk, lesson.pk])
    answer = client_of(people.ming).get(address)
    assert answer.content == b"%PDF-1.4 the lesson"
    assert answer["Content-Disposition"].startswith("attachment")
    assert client_of(people.lea).get(address).status_code == 404


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"%PDF-" + b"x" * (701 * 1024)])
def test_attack_a_hostile_file_lesson_is_not_kept(people: SimpleNamespace, data: bytes) -> None:
    assert _lesson(people, course(people), data) == 200  # the form again, with the reason
    assert not TrainingFile.objects.exists()

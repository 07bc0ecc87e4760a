"""Who takes what until when; papers are drawn, kept, graded and certified on the server."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from audit.actions import Action
from audit.origin import Origin, acting_as
from people.arrears import arrears_of
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.today import due_for
from people.training import enrolling, taking
from people.training.errors import NotNow
from people.training.records import Certificate, Enrolment, Paper, PaperKind
from people.training.standing import standing_of
from people.training.tasks import keep_enrolled
from tests.cast import hold
from tests.people.helpers import logged
from tests.people.training.making import (
    course,
    drawn,
    failed,
    lesson,
    overdue,
    passed,
    read_all,
    taken_by,
    wrong_answers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_publishing_enrols_the_role_and_nobody_else(people: SimpleNamespace) -> None:
    track = course(people, join_days=10)
    assert {one.person for one in Enrolment.objects.all()} == {people.ming, people.lin}
    due = taken_by(people.ming, track).due_at
    assert abs(due - timezone.now() - timedelta(days=10)) < timedelta(minutes=1)
    assert logged(Action.TRAINING_PUBLISH, track.pk) == 1


def test_the_deadline_counts_from_the_role_not_from_the_run(people: SimpleNamespace) -> None:
    track = course(people, roles=(RoleCode.AUDITOR,), join_days=10)
    Enrolment.objects.all().delete()
    track.published_at = timezone.now() - timedelta(days=40)
    track.save()
    grant = RoleGrant.objects.get(user=people.aud)
    RoleGrant.objects.filter(pk=grant.pk).delete()
    grant = hold(people.aud, RoleCode.AUDITOR)
    keep_enrolled()
    due = taken_by(people.aud, track).due_at
    assert due == grant.created_at + timedelta(days=10)


def test_who_loses_the_role_owes_it_no_more_and_has_not_forgotten_when_it_comes_back(
    people: SimpleNamespace,
) -> None:
    track = course(people)
    passed(people.ming, track)
    grant = RoleGrant.objects.get(user=people.ming, role=RoleCode.AGENT)
    grant.state, grant.ended_at = GrantState.REVOKED, timezone.now()
    grant.save()
    keep_enrolled()
    assert not Enrolment.objects.filter(person=people.ming, ended_at__isnull=True).exists()
    hold(people.ming, RoleCode.AGENT)
    keep_enrolled()
    assert taken_by(people.ming, track).due_at == Certificate.objects.get(person=people.ming).expires_at


def test_a_paper_stays_the_same_until_it_is_handed_in(people: SimpleNamespace) -> None:
    track = course(people)
    first = drawn(people.ming, taken_by(people.ming, track))
    again = taking.draw(actor=people.ming, enrolment_id=first.enrolment_id, kind=PaperKind.EXAM)
    assert (again.pk, again.questions) == (first.pk, first.questions)


def test_passing_certifies_and_moves_the_day(people: SimpleNamespace) -> None:
    track = course(people, valid_days=100)
    paper = passed(people.ming, track)
    certificate = Certificate.objects.get(paper=paper)
    assert paper.passed
    assert certificate.expires_at == certificate.issued_at + timedelta(days=100)
    assert taken_by(people.ming, track).due_at == certificate.expires_at
    assert logged(Action.TRAINING_CERTIFY, certificate.pk) == 1
    assert not standing_of(taken_by(people.ming, track)).is_called  # nothing to do for long


def test_the_exam_waits_for_the_lessons(people: SimpleNamespace) -> None:
    enrolment = taken_by(people.ming, course(people))
    with pytest.raises(NotNow):
        taking.draw(actor=people.ming, enrolment_id=enrolment.pk, kind=PaperKind.EXAM)
    assert drawn(people.ming, enrolment)


def test_a_failed_exam_waits_and_too_many_need_a_talk(people: SimpleNamespace) -> None:
    track = course(people, tries=2, wait_hours=1)
    failed(people.ming, track)
    enrolment = taken_by(people.ming, track)
    with pytest.raises(NotNow, match="waiting time"):
        taking.draw(actor=people.ming, enrolment_id=enrolment.pk, kind=PaperKind.EXAM)
    track.wait_hours = 0
    track.save()
    failed(people.ming, track)
    with pytest.raises(NotNow, match="Talk"):
        taking.draw(actor=people.ming, enrolment_id=enrolment.pk, kind=PaperKind.EXAM)
    taking.record_talk(actor=people.olivia, enrolment=enrolment)
    assert passed(people.ming, track).passed


def test_the_test_before_comes_before_the_first_lesson_and_once(people: SimpleNamespace) -> None:
    track = course(people)
    enrolment = taken_by(people.ming, track)
    paper = taking.draw(actor=people.ming, enrolment_id=enrolment.pk, kind=PaperKind.BEFORE)
    taking.hand_in(actor=people.ming, paper_id=paper.pk, chosen=wrong_answers(paper))
    with pytest.raises(NotNow):
        taking.draw(actor=people.ming, enrolment_id=enrolment.pk, kind=PaperKind.BEFORE)
    other = taken_by(people.lin, track)
    read_all(people.lin, other)
    with pytest.raises(NotNow):
        taking.draw(actor=people.lin, enrolment_id=other.pk, kind=PaperKind.BEFORE)
    assert not standing_of(enrolment).failed  # it is no attempt


def test_several_right_answers_count_only_together(people: SimpleNamespace) -> None:
    from people.training.models import Question
    from tests.people.training.making import question

    track = course(people, draw=1)
    Question.objects.filter(track=track).update(retired_at=timezone.now())
    question(people, track, 9, several=True)
    paper = drawn(people.ming, taken_by(people.ming, track))
    order = paper.questions[0]["order"]
    half = taking.hand_in(actor=people.ming, paper_id=paper.pk, chosen={0: [order.index(0)]})
    assert half.correct == 0
    assert passed(people.ming, track).passed


def test_a_changed_law_asks_everybody_anew(people: SimpleNamespace) -> None:
    track = course(people)
    passed(people.ming, track)
    lesson(people, track)
    with acting_as(Origin(actor=people.olivia.pk)):
        assert enrolling.ask_anew(actor=people.olivia, track=track, days=7) == 2
    enrolment = taken_by(people.ming, track)
    assert enrolment.due_at < timezone.now() + timedelta(days=8)
    stands = standing_of(enrolment)
    assert stands.is_called
    assert stands.missing == 2
    assert passed(people.ming, track).passed
    assert taken_by(people.ming, track).due_at > timezone.now() + timedelta(days=300)


def test_today_tells_two_weeks_before_and_when_it_is_late(people: SimpleNamespace) -> None:
    track = course(people, join_days=30)
    said = lambda: {str(item.label): item.count for item in due_for(people.ming)}  # noqa: E731
    soon = "Training of yours to be passed within two weeks"
    assert soon not in said()
    enrolment = taken_by(people.ming, track)
    enrolment.due_at = timezone.now() + timedelta(days=13)
    enrolment.save()
    assert said()[soon] == 1
    overdue(enrolment)
    assert soon not in said()
    assert any("overdue" in label for label in said())
    assert [one.code for one in arrears_of(people.ming)] == ["arrears.training"]


def test_a_question_counts_how_often_it_was_wrong_and_nothing_of_who(people: SimpleNamespace) -> None:
    track = course(people)
    paper = failed(people.ming, track)
    counted = track.questions.filter(asked=1)
    assert {str(one.pk) for one in counted} == {one["id"] for one in paper.questions}
    assert all(one.wrong == 1 for one in counted)
    assert Paper.objects.count() == 1

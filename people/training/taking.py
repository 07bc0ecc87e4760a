"""Reading lessons, drawing a paper, handing it in.

Why nobody can help themselves here:

* The paper is drawn and graded on the server. The page holds texts in the order shown, and no ids, no right
  answers and no explanations before it was handed in; what comes back are places in that order.
* A paper belongs to its person and round; it is handed in once, under a lock on its enrolment, and what it
  takes to pass stands in it. The database refuses everything else (sql/training.sql).
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.training.access import get_lesson, get_mine, get_paper
from people.training.entries import log
from people.training.errors import NotNow
from people.training.models import LessonKind, Question, QuestionKind
from people.training.records import Certificate, Enrolment, LessonDone, Paper, PaperKind, Talk
from people.training.standing import Standing, standing_of

GRACE = timedelta(seconds=30)  # for the way of the last page; the page says the minutes without it
_random = secrets.SystemRandom()


@transaction.atomic
def finish_lesson(*, actor: User, enrolment_id: UUID, lesson_id: UUID) -> None:
    """The actor says that they read it. Raises Refused; NotNow for a live one, which two people confirm."""
    enrolment, lesson = get_lesson(actor, enrolment_id, lesson_id)
    if lesson.kind == LessonKind.LIVE:
        raise NotNow(_("A live session counts when its trainer has confirmed that you were there."))
    note_done(enrolment, lesson.pk)


def note_done(enrolment: Enrolment, lesson_id: UUID) -> None:
    """In a transaction; a second time changes nothing."""
    _row, made = LessonDone.objects.get_or_create(
        enrolment=enrolment, lesson_id=lesson_id, round=enrolment.round
    )
    if made:
        log(Action.TRAINING_DONE, lesson_id, enrolment.person_id, deal=enrolment.deal_id)


@transaction.atomic
def draw(*, actor: User, enrolment_id: UUID, kind: PaperKind) -> Paper:
    """The actor's paper: the one that is open, or a new one. Raises Refused, NotNow."""
    get_mine(actor, enrolment_id, Action.TRAINING_BEGIN)
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("track").get(pk=enrolment_id)
    _close_old(locked)
    stands = standing_of(locked)
    if kind in stands.open_papers:
        return stands.open_papers[kind]
    _check_open(stands, kind)
    return _new_paper(locked, kind)


def _check_open(stands: Standing, kind: PaperKind) -> None:
    if kind == PaperKind.BEFORE:
        if not stands.before_is_open:
            raise NotNow(_("The test before the lessons is taken once, before the first lesson."))
    elif stands.needs_talk:
        raise NotNow(_("Talk with a compliance officer first: they open the next attempt."))
    elif stands.waits:
        raise NotNow(_("There is a waiting time between two attempts."))
    elif not stands.exam_is_open:
        raise NotNow(_("Read all lessons first."))


def _new_paper(enrolment: Enrolment, kind: PaperKind) -> Paper:
    track, now = enrolment.track, timezone.now()
    bank = Question.objects.filter(track=track, retired_at__isnull=True)
    drawn = _random.sample(list(bank.order_by("pk")), min(track.draw, bank.count()))
    limited = kind == PaperKind.EXAM and track.minutes is not None
    paper = Paper.objects.create(
        enrolment=enrolment,
        person_id=enrolment.person_id,
        track=track,
        kind=kind,
        round=enrolment.round,
        questions=[{"id": str(one.pk), "order": _order(one)} for one in drawn],
        total=len(drawn),
        pass_percent=track.pass_percent,
        drawn_at=now,
        closes_at=now + timedelta(minutes=track.minutes or 0) + GRACE if limited else None,
    )
    log(Action.TRAINING_BEGIN, paper.pk, enrolment.person_id, deal=enrolment.deal_id)
    return paper


def _order(question: Question) -> list[int]:
    places = list(range(len(question.options_zh)))
    if question.kind != QuestionKind.TRUTH:
        _random.shuffle(places)
    return places


def _close_old(enrolment: Enrolment) -> None:
    """What lies open past its time, or of a round that is over, is handed in as it is: without answers."""
    now = timezone.now()
    for paper in Paper.objects.select_for_update().filter(enrolment=enrolment, handed_in_at__isnull=True):
        if paper.round != enrolment.round or (paper.closes_at is not None and paper.closes_at < now):
            _grade(paper, enrolment, {})


@transaction.atomic
def hand_in(*, actor: User, paper_id: UUID, chosen: Mapping[int, Sequence[int]]) -> Paper:
    """Grades the actor's own paper.

    Args:
        chosen: place of the question on the paper → places of its options as shown, each from 0. What names
            no such place is a wrong answer.

    Raises Refused for anybody else's; NotNow where it was handed in already.
    """
    mine = get_paper(actor, paper_id, Action.TRAINING_HAND_IN)
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("track").get(pk=mine.enrolment_id)
    )
    paper = Paper.objects.select_for_update().get(pk=mine.pk)  # two submissions at once: one waits, then sees
    if paper.handed_in_at is not None:
        raise NotNow(_("This paper was handed in already."))
    _grade(paper, enrolment, chosen)
    return paper


def _grade(paper: Paper, enrolment: Enrolment, chosen: Mapping[int, Sequence[int]]) -> None:
    now = timezone.now()
    over = (paper.closes_at is not None and now > paper.closes_at) or paper.round != enrolment.round
    over = over or enrolment.ended_at is not None
    answers = [] if over else [_original(one["order"], chosen.get(at)) for at, one in _numbered(paper)]
    wrong = _wrong(paper, answers)
    paper.answers, paper.correct, paper.handed_in_at = answers, paper.total - len(wrong), now
    paper.passed = paper.correct * 100 >= paper.total * paper.pass_percent
    paper.save(update_fields=["answers", "correct", "handed_in_at", "passed"])
    about = (paper.pk, paper.person_id)
    if paper.kind == PaperKind.BEFORE:
        log(Action.TRAINING_HAND_IN, *about, deal=enrolment.deal_id)
        return
    if answers:
        _count(paper, wrong)
    if paper.passed:
        _certify(paper, enrolment)
    else:
        log(Action.TRAINING_FAIL, *about, deal=enrolment.deal_id)


def _numbered(paper: Paper) -> list[tuple[int, dict[str, list[int]]]]:
    return list(enumerate(paper.questions))


def _original(order: list[int], chosen: Sequence[int] | None) -> list[int]:
    """The places in the bank of what was chosen as shown; [] where any place is none of the paper's."""
    places = set(chosen or ())
    if not places <= set(range(len(order))):
        return []
    return sorted(order[place] for place in places)


def _wrong(paper: Paper, answers: list[list[int]]) -> list[UUID]:
    ids = [UUID(one["id"]) for one in paper.questions]
    right = dict(Question.objects.filter(pk__in=ids).values_list("pk", "right"))
    given = answers or [[]] * len(ids)
    return [one for one, answer in zip(ids, given, strict=True) if answer != sorted(right[one])]


def _count(paper: Paper, wrong: list[UUID]) -> None:
    """How hard each question is. Locked in one order, so that two papers never wait for each other."""
    ids = [UUID(one["id"]) for one in paper.questions]
    list(Question.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    Question.objects.filter(pk__in=ids).update(asked=F("asked") + 1)
    Question.objects.filter(pk__in=wrong).update(wrong=F("wrong") + 1)


def _certify(paper: Paper, enrolment: Enrolment) -> None:
    assert paper.handed_in_at is not None
    expires = paper.handed_in_at + timedelta(days=enrolment.track.valid_days)
    made = Certificate.objects.create(
        serial=f"SR-{paper.handed_in_at:%Y}-{secrets.token_hex(6).upper()}",
        paper=paper,
        person_id=paper.person_id,
        track_id=paper.track_id,
        issued_at=paper.handed_in_at,
        expires_at=expires,
    )
    enrolment.round, enrolment.due_at = enrolment.round + 1, expires
    enrolment.save(update_fields=["round", "due_at"])
    log(Action.TRAINING_CERTIFY, made.pk, paper.person_id, deal=enrolment.deal_id)


@transaction.atomic
def record_talk(*, actor: User, enrolment: Enrolment) -> Talk:
    """An officer talked with the person: the attempts begin anew. Never with oneself. Raises NotNow."""
    if enrolment.person_id == actor.pk:
        raise NotNow(_("Another officer talks with you."))
    talk = Talk.objects.create(enrolment=enrolment, person_id=enrolment.person_id, by=actor)
    log(Action.TRAINING_TALK, enrolment.pk, enrolment.person_id)
    return talk

"""The reply, the two deciders' words, what follows at once, the appeal and its answer."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.conduct.access import get_case, get_mine
from compliance.conduct.codes import Measure, Says, State
from compliance.conduct.models import ConductCase, ConductVote
from compliance.conduct.opening import log
from compliance.conduct.texts import write, writing
from compliance.words import clean
from people.accounts.models import User
from people.roles.models import LIVE, RoleGrant
from people.roles.services import NotGrantable, end_by_review
from people.training.enrolling import assign
from people.training.errors import NotNow
from vault.records.errors import NotPossible

APPEAL = timedelta(days=14)
ANSWER = timedelta(days=14)
RETRAINED_WITHIN = 14  # days


def reply(*, actor: User, case_id: UUID, words: str) -> None:
    """The person's own word, once, until its day. Raises Refused, NotPossible."""
    case = get_mine(actor, case_id, Action.CONDUCT_REPLY)
    said = _said(words)
    with writing(case):
        locked = _locked(case)
        if locked.state != State.OPEN or locked.replied_at is not None or _over(locked):
            raise NotPossible(_("The time to reply is over, or you have replied."))
        locked.replied_at = timezone.now()
        locked.save(update_fields=["replied_at"])
        write(locked, Says.REPLY, said, by=actor)
        log(locked, Action.CONDUCT_REPLY)


def vote(*, actor: User, case_id: UUID, measure: Measure, words: str) -> ConductCase:
    """One of the two deciders, with grounds. When both say the same it is decided, and follows at once.

    Raises Refused: no decider of this case. NotPossible: before the reply or its day, or decided already.
    """
    case = get_case(actor, case_id, Action.CONDUCT_VOTE)
    if actor.pk not in (case.first_id, case.second_id):
        raise Refused(ObjectType.CONDUCT_CASE, case_id, Action.CONDUCT_VOTE)
    grounds = _said(words)
    with writing(case):
        locked = _locked(case)
        if locked.state != State.OPEN:
            raise NotPossible(_("The case is decided."))
        if locked.replied_at is None and not _over(locked):
            raise NotPossible(_("The person is heard first: wait for the reply, or for the end of its time."))
        if measure == Measure.RETRAINING and locked.track is None:
            raise NotPossible(_("No course was named when the case was opened."))
        ConductVote.objects.update_or_create(
            case=locked, by=actor, defaults={"measure": measure, "at": timezone.now()}
        )
        write(locked, Says.GROUNDS, grounds, by=actor)
        log(locked, Action.CONDUCT_VOTE, measure.value)
        if locked.votes.filter(measure=measure).count() == 2:
            _decide(locked, measure)
    return locked


def _decide(case: ConductCase, measure: Measure) -> None:
    now = timezone.now()
    case.state, case.measure, case.decided_at = State.DECIDED, measure, now
    case.appeal_due = now + APPEAL
    case.carried_out = _carry_out(case, measure)
    case.save(update_fields=["state", "measure", "decided_at", "appeal_due", "carried_out"])
    log(case, Action.CONDUCT_DECIDE, measure.value)


def _carry_out(case: ConductCase, measure: Measure) -> bool:
    """What the product itself can do at once: a course is owed, roles end. Whether all of it was done."""
    if measure == Measure.RETRAINING and case.track is not None:
        try:
            assign(actor=case.first, person=case.person, track=case.track, days=RETRAINED_WITHIN)
        except NotNow:
            return False
        return True
    if measure == Measure.SUSPENSION:
        return _suspend(case)
    return True


def _suspend(case: ConductCase) -> bool:
    """By the same service and with its rules: the last officer stays, a protected reporter's roles wait."""
    done = True
    for grant in RoleGrant.objects.filter(user=case.person_id, state__in=LIVE).order_by("pk"):
        try:
            with transaction.atomic():
                waits = end_by_review(actor=case.first, grant=grant)
        except NotGrantable:
            waits = ""
        done = done and waits is None
    return done


def appeal(*, actor: User, case_id: UUID, words: str) -> None:
    """The person's own, once, until its day. Raises Refused, NotPossible."""
    case = get_mine(actor, case_id, Action.CONDUCT_APPEAL)
    said = _said(words)
    with writing(case):
        locked = _locked(case)
        due = locked.appeal_due
        if locked.state != State.DECIDED or due is None or due <= timezone.now():
            raise NotPossible(_("There is nothing to appeal against, or the time to appeal is over."))
        locked.state, locked.appealed_at = State.APPEALED, timezone.now()
        locked.answer_due = timezone.now() + ANSWER
        locked.save(update_fields=["state", "appealed_at", "answer_due"])
        write(locked, Says.APPEAL, said, by=actor)
        log(locked, Action.CONDUCT_APPEAL)


def answer(*, actor: User, case_id: UUID, measure: Measure, words: str) -> None:
    """The appeal's decider, who decided nothing before: the measure that holds from now on.

    What was lifted is not undone by itself: a role is given again by whoever gives roles. Raises Refused,
    NotPossible.
    """
    case = get_case(actor, case_id, Action.CONDUCT_ANSWER)
    if actor.pk != case.appeal_by_id:
        raise Refused(ObjectType.CONDUCT_CASE, case_id, Action.CONDUCT_ANSWER)
    said = _said(words)
    with writing(case):
        locked = _locked(case)
        if locked.state != State.APPEALED:
            raise NotPossible(_("No appeal waits."))
        if measure not in (locked.measure, Measure.NONE, Measure.TALK, Measure.WARNING):
            raise NotPossible(_("An appeal never makes it worse: keep the measure, lessen it or lift it."))
        locked.state, locked.appeal_measure = State.CLOSED, measure
        locked.closed_at = timezone.now()
        locked.save(update_fields=["state", "appeal_measure", "closed_at"])
        write(locked, Says.ANSWER, said, by=actor)
        log(locked, Action.CONDUCT_ANSWER, measure.value)


def _locked(case: ConductCase) -> ConductCase:
    """Read afresh under a lock: two words at once are one after the other."""
    cases = ConductCase.objects.select_for_update(of=("self",)).select_related("person", "first", "track")
    return cases.get(pk=case.pk)


def _over(case: ConductCase) -> bool:
    return case.reply_due is not None and case.reply_due <= timezone.now()


def _said(words: str) -> str:
    said = clean(words)
    if not said:
        raise NotPossible(_("Write your words."))
    return said

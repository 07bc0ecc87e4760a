"""What those who handle a report do with it. Each step is one transaction with its entry, which names the
report and nobody else: not the accused, not the reporter.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.speakup.access import get_case
from compliance.speakup.clocks import policy
from compliance.speakup.codes import FOLLOWS, Outcome, Says, State
from compliance.speakup.models import (
    LEAST_MONTHS,
    MOST_MONTHS,
    Accused,
    SpeakUpCase,
    SpeakUpPolicy,
)
from compliance.speakup.texts import LIMIT, write, writing
from compliance.words import clean
from people.accounts.models import Kind, User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@transaction.atomic
def acknowledge(*, actor: User, case_id: UUID) -> None:
    """Tell the reporter that somebody has taken it up. Raises Refused, NotPossible."""
    case = _locked(actor, case_id, Action.SPEAKUP_ACKNOWLEDGE)
    case.acknowledged_on = timezone.localdate()
    _move(case, State.ACKNOWLEDGED, "acknowledged_on")
    _log(case, Action.SPEAKUP_ACKNOWLEDGE)


@transaction.atomic
def investigate(*, actor: User, case_id: UUID) -> None:
    """Look into it; a closed report, anew. Raises Refused, NotPossible."""
    case = _locked(actor, case_id, Action.SPEAKUP_INVESTIGATE)
    case.closed_on, case.outcome = None, ""
    _move(case, State.INVESTIGATING, "closed_on", "outcome")
    _log(case, Action.SPEAKUP_INVESTIGATE)


def answer(*, actor: User, case_id: UUID, words: str, final: bool) -> None:
    """Write to the reporter.

    Args:
        final: it tells what was done or will be, which stops the clock of three months.

    Raises Refused; NotPossible: without words, or not acknowledged yet; LogUnavailable, KeyWithheld.
    """
    with _writing(actor, case_id, words, Action.SPEAKUP_ANSWER) as (case, said):
        if case.state == State.NEW:
            raise NotPossible(_("Acknowledge it first."))
        write(case, Says.ANSWER, said, by=actor)
        if final and case.answered_on is None:
            case.answered_on = timezone.localdate()
            case.save(update_fields=["answered_on"])
        _log(case, Action.SPEAKUP_ANSWER, *(("final",) if final else ()))


def note(*, actor: User, case_id: UUID, words: str) -> None:
    """Keep a note that the reporter never sees. Raises as `answer`."""
    with _writing(actor, case_id, words, Action.SPEAKUP_NOTE) as (case, said):
        write(case, Says.NOTE, said, by=actor)
        _log(case, Action.SPEAKUP_NOTE)


def close(*, actor: User, case_id: UUID, outcome: Outcome, words: str) -> None:
    """Close it and tell the reporter how it ended. Raises as `answer`."""
    with _writing(actor, case_id, words, Action.SPEAKUP_CLOSE) as (case, said):
        case.closed_on, case.outcome = timezone.localdate(), outcome
        case.answered_on = case.answered_on or case.closed_on
        _move(case, State.CLOSED, "closed_on", "outcome", "answered_on")
        write(case, Says.ANSWER, said, by=actor)
        _log(case, Action.SPEAKUP_CLOSE, reason=outcome)


@transaction.atomic
def accuse(*, actor: User, case_id: UUID, user: User) -> None:
    """Mark whom the report accuses: from now on they see nothing of it. One may mark oneself, to step aside.

    The entry does not name them: the log is read by those whom it would warn. Raises Refused, NotPossible.
    """
    case = _locked(actor, case_id, Action.SPEAKUP_ACCUSE)
    if user.kind == Kind.SERVICE:
        raise NotPossible(_("Choose a person."))
    _made, new = Accused.objects.get_or_create(case=case, user=user, defaults={"by": actor})
    if new:
        _log(case, Action.SPEAKUP_ACCUSE)


@transaction.atomic
def clear(*, actor: User, case_id: UUID, user_id: UUID) -> None:
    """Take a mark back. Raises Refused, also where there is none."""
    case = _locked(actor, case_id, Action.SPEAKUP_CLEAR)
    gone, _rows = Accused.objects.filter(case=case, user=user_id).delete()
    if gone:
        _log(case, Action.SPEAKUP_CLEAR)


@transaction.atomic
def hand_on(*, actor: User, case_id: UUID) -> None:
    """Give a report that was kept from the officers to those of them whom it does not accuse.

    Raises Refused, NotPossible.
    """
    case = _locked(actor, case_id, Action.SPEAKUP_HAND_ON)
    if not case.apart:
        raise NotPossible(_("It is not kept from the officers."))
    case.apart = False
    case.save(update_fields=["apart"])
    _log(case, Action.SPEAKUP_HAND_ON)


@transaction.atomic
def set_policy(*, actor: User, months: int) -> SpeakUpPolicy:
    """How long a closed report is kept. Raises Refused; NotPossible out of bounds."""
    require(actor, Permission.SPEAKUP_HANDLE)
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise NotPossible(_("These months are out of their bounds."))
    now = policy()
    now.months, now.changed_by, now.changed_at = months, actor, timezone.now()
    now.save()
    record_change(
        Entry(
            action=Action.SPEAKUP_POLICY,
            object_type=ObjectType.SPEAKUP,
            object_id=None,
            fields=(f"months.{months}",),
        )
    )
    return now


@contextmanager
def _writing(actor: User, case_id: UUID, words: str, action: Action) -> Iterator[tuple[SpeakUpCase, str]]:
    """The report, locked and open to be written in, and the words as they are kept."""
    case = get_case(actor, case_id, action)
    said = clean(words, LIMIT)
    if not said:
        raise NotPossible(_("Write something first."))
    with writing(case):
        yield _locked(actor, case_id, action), said


def _locked(actor: User, case_id: UUID, action: Action) -> SpeakUpCase:
    """The report as it is until the transaction ends, to who may handle it as it is. Raises Refused."""
    SpeakUpCase.objects.select_for_update().filter(pk=case_id).first()
    return get_case(actor, case_id, action)


def _move(case: SpeakUpCase, to: State, *also: str) -> None:
    if to not in FOLLOWS[State(case.state)]:
        raise NotPossible(_("The report is in another state meanwhile. Nothing was changed."))
    case.state = to
    case.save(update_fields=["state", *also])


def _log(case: SpeakUpCase, action: Action, *fields: str, reason: str = "") -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.SPEAKUP_CASE,
            object_id=case.pk,
            subjects=(case.pk,),
            reason=reason,
            fields=fields,
        )
    )

"""What the pages of those who handle reports show, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit.actions import Action
from audit.models import LogEntry
from audit.sentences import Line, ids_named, lines
from compliance.review.names import names_of
from compliance.speakup import protecting
from compliance.speakup.clocks import Clock, clock_of, gone_on, policy
from compliance.speakup.codes import Says, State
from compliance.speakup.forms import AccuseForm, AnswerForm, CloseForm, NoteForm, ProtectForm
from compliance.speakup.models import SpeakUpCase
from compliance.speakup.texts import reading, texts_of
from people.accounts.models import User

LIFE = 50
_LOOKS = (Action.PAGE_VIEW, Action.SPEAKUP_OPEN, Action.SPEAKUP_EDIT)


@dataclass(frozen=True, slots=True)
class Row:
    case: SpeakUpCase
    clock: Clock


def listed(cases: Iterable[SpeakUpCase]) -> list[Row]:
    return [Row(case, clock_of(case)) for case in cases]


def case_page(user: User, case: SpeakUpCase) -> dict[str, Any]:
    """The context of a report's page, with the forms of what may be done now. What waited is read by this."""
    with reading(case, Action.SPEAKUP_OPEN):
        texts = texts_of(case, Says)
    if case.waits:
        SpeakUpCase.objects.filter(pk=case.pk).update(waits=False)
    running = case.protections.filter(ended_on__isnull=True).select_related("user").order_by("on", "pk")
    known, closed = case.state != State.NEW, case.state == State.CLOSED
    return {
        "case": case,
        "clock": clock_of(case),
        "gone_on": gone_on(case, policy()),
        "thread": [text for text in texts if text.says != Says.NOTE],
        "notes": [text for text in texts if text.says == Says.NOTE],
        "accused": list(case.accused.select_related("user").order_by("on", "pk")),
        "protections": list(running),
        "acts": _acts(user, case),
        "may_acknowledge": not known,
        "may_investigate": case.state in (State.ACKNOWLEDGED, State.CLOSED),
        "answering": AnswerForm(auto_id="answer-%s") if known else None,
        "noting": NoteForm(auto_id="note-%s"),
        "closing": CloseForm(auto_id="close-%s") if known and not closed else None,
        "accusing": AccuseForm(auto_id="accuse-%s"),
        "protecting": ProtectForm(auto_id="protect-%s"),
        "life": _life(case),
    }


def _acts(user: User, case: SpeakUpCase) -> list[Any]:
    found = protecting.unsettled(user).filter(protection__case=case)
    return list(found.select_related("by", "protection__user").order_by("on", "pk"))


def _life(case: SpeakUpCase) -> list[Line]:
    """What was done with it. When its reporter wrote or looked is not shown: a time tells on people."""
    entries = LogEntry.objects.filter(object_id=case.pk, actor__isnull=False).exclude(action__in=_LOOKS)
    found = list(entries.order_by("-at", "-pk")[:LIFE])
    return lines(found, names_of(ids_named(found)))

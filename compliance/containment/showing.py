"""What the pages of cases show, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from audit.query import LogFilter, page
from audit.sentences import Line, lines
from compliance.containment.approval import waiting_for
from compliance.containment.clocks import CLOCKS
from compliance.containment.codes import Answer, Closed, Contained, Severity
from compliance.containment.forms import AnswerForm, CloseForm, ContainForm, JudgeForm, NoteForm
from compliance.containment.models import Incident, IncidentClock, IncidentLock
from compliance.review.names import names_of
from deals.pipeline.models import Deal
from people.locks.codes import LockReason
from people.locks.models import Lock
from vault.records.models import ClientBook

LIFE = 40  # entries


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list."""

    incident: Incident
    names: list[str]
    locked: int
    next: IncidentClock | None
    overdue: int


def list_rows(incidents: Sequence[Incident]) -> list[Row]:
    waiting = IncidentClock.objects.filter(answer="").order_by("due_at")
    links = IncidentLock.objects.select_related("lock").order_by("lock__locked_at")
    prefetch_related_objects(
        list(incidents),
        Prefetch("clocks", queryset=waiting, to_attr="waiting"),
        Prefetch("links", queryset=links, to_attr="linked"),
    )
    names = names_of({link.lock.object_id for one in incidents for link in one.linked})  # type: ignore[attr-defined]  # prefetched
    return [_row(one, names) for one in incidents]


def _row(one: Incident, names: dict[UUID, str]) -> Row:
    locks: list[Lock] = [link.lock for link in one.linked]  # type: ignore[attr-defined]  # prefetched
    waiting: list[IncidentClock] = one.waiting  # type: ignore[attr-defined]  # prefetched
    return Row(
        incident=one,
        names=[_name(lock, names) for lock in locks],
        locked=sum(lock.ended_at is None for lock in locks),
        next=waiting[0] if waiting else None,
        overdue=sum(clock.is_overdue for clock in waiting),
    )


def _name(lock: Lock, names: dict[UUID, str]) -> str:
    return names.get(lock.object_id, f"…{str(lock.object_id)[-8:]}")


def lockables() -> list[tuple[str, str, list[tuple[UUID, str]]]]:
    """Deals and books, by the names that officers know them by; people are locked from their own page."""
    deals = Deal.objects.order_by("code_name").values_list("pk", "code_name")[:200]
    books = ClientBook.objects.order_by("name").values_list("pk", "name")[:200]
    rooms = Deal.objects.order_by("code_name").values_list("room__pk", "code_name")[:200]
    return [
        ("room", _("Data rooms"), list(rooms)),
        ("deal", _("Deals, with their room and entrusted books"), list(deals)),
        ("book", _("Client books"), list(books)),
    ]


def case_page(one: Incident) -> dict[str, Any]:
    locks = list(Lock.objects.filter(link__incident=one).select_related("locked_by").order_by("locked_at"))
    names = names_of({lock.object_id for lock in locks})
    clocks = list(one.clocks.select_related("answered_by").order_by("due_at", "code"))
    return {
        "incident": one,
        "locks": [(lock, _name(lock, names), None if lock.ended_at else waiting_for(lock)) for lock in locks],
        "clocks": clocks,
        "unanswered": sum(not clock.answer for clock in clocks),
        "events": [
            (event, event_words(event.code))
            for event in one.events.select_related("by").order_by("-at", "-pk")
        ],
        "life": _life(one, names),
        "judge_form": JudgeForm(
            auto_id="judge-%s",
            initial={"severity": one.severity, "critical": one.critical, "gdpr": one.gdpr},
        ),
        "answer_form": AnswerForm(auto_id=False),
        "note_form": NoteForm(auto_id="note-%s"),
        "contain_form": ContainForm(auto_id="contain-%s"),
        "close_form": CloseForm(auto_id="close-%s"),
    }


def _life(one: Incident, names: dict[UUID, str]) -> list[Line]:
    shown = page(LogFilter(object_id=one.pk), LIFE).entries
    people = names_of({entry.actor for entry in shown if entry.actor})
    return lines(shown, names | people)


_WORDS = {
    **dict(LockReason.choices),
    **dict(Contained.choices),
    **dict(Closed.choices),
    **dict(Answer.choices),
    **{f"severity.{one.value}": one.label for one in Severity},
    **{f"clock.{rule.code}": rule.label for rule in CLOCKS.values()},
}


def event_words(code: str) -> str:
    """The words of a code in the book of decisions."""
    return str(_WORDS.get(code, code))

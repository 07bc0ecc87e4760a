"""The case of an incident: opened or joined by a lock, judged, contained, closed. Each change and its entry
are one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.containment.access import get_incident
from compliance.containment.clocks import CLOCKS, Facts
from compliance.containment.codes import Answer, Closed, Contained, Event, Severity, State
from compliance.containment.models import Incident, IncidentClock, IncidentEvent, IncidentLock
from compliance.notices import tell_incident
from people.accounts.models import User
from people.approvals.reasons import clean_reason
from people.locks.models import Lock
from vault.records.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Case:
    """Which case a lock belongs to: one that is open, or a new one of this severity."""

    incident_id: UUID | None = None
    severity: Severity = Severity.ORDINARY


def case_of(*, actor: User, lock: Lock, case: Case) -> Incident:
    """In the transaction of the lock. Raises Refused, NotPossible for a case that is closed."""
    incident = (
        _opened(actor, lock, case) if case.incident_id is None else _joined(actor, lock, case.incident_id)
    )
    IncidentLock.objects.create(lock=lock, incident=incident)
    note(incident, actor, Event.LOCKED, code=lock.reason, words=lock.note, lock=lock)
    return incident


def _opened(actor: User, lock: Lock, case: Case) -> Incident:
    incident = Incident.objects.create(
        reason=lock.reason,
        severity=case.severity,
        discovered_at=lock.discovered_at,
        opened_by=actor,
        opened_at=lock.locked_at,
    )
    _log(incident, Action.INCIDENT_OPEN, reason=lock.reason)
    note(incident, actor, Event.OPENED, code=f"severity.{case.severity.value}")
    _start_clocks(incident)
    tell_incident(incident, by=actor, about=lock.person_id)
    return incident


def _joined(actor: User, lock: Lock, incident_id: UUID) -> Incident:
    """A lock that was called for earlier brings the case's discovery, and every clock, forward."""
    incident = _locked(actor, incident_id, Action.LOCK_SET)
    if lock.discovered_at < incident.discovered_at:
        incident.discovered_at = lock.discovered_at
        incident.save(update_fields=["discovered_at"])
        for clock in incident.clocks.filter(answer=""):
            if not CLOCKS[clock.code].once_contained:
                clock.due_at = incident.discovered_at + CLOCKS[clock.code].within
                clock.save(update_fields=["due_at"])
    return incident


@transaction.atomic
def judge(
    *, actor: User, incident_id: UUID, severity: Severity, critical: bool, gdpr: bool, words: str
) -> None:
    """How severe it is, and which laws bind: further clocks start at discovery, none goes away."""
    incident = _locked(actor, incident_id, Action.INCIDENT_SEVERITY)
    incident.severity, incident.critical, incident.gdpr = severity, critical, gdpr
    incident.save(update_fields=["severity", "critical", "gdpr"])
    _start_clocks(incident)
    _log(incident, Action.INCIDENT_SEVERITY, fields=(f"severity.{severity.value}",))
    note(incident, actor, Event.SEVERITY, code=f"severity.{severity.value}", words=clean_reason(words))


@transaction.atomic
def answer(*, actor: User, incident_id: UUID, clock_id: UUID, how: Answer, words: str) -> None:
    """What the clock asks for is done, or not needed; the words say why. Raises NotPossible when it is
    answered."""
    incident = _locked(actor, incident_id, Action.INCIDENT_CLOCK)
    clock = incident.clocks.filter(pk=clock_id, answer="").first()
    if clock is None:
        raise NotPossible(_("This clock is answered already."))
    said = clean_reason(words)
    clock.answer, clock.note, clock.answered_by, clock.answered_at = how, said, actor, timezone.now()
    clock.save(update_fields=["answer", "note", "answered_by", "answered_at"])
    _log(incident, Action.INCIDENT_CLOCK, reason=how.value, fields=(f"clock.{clock.code}",))
    note(incident, actor, Event.CLOCK, code=f"clock.{clock.code}", words=said)


@transaction.atomic
def add_note(*, actor: User, incident_id: UUID, words: str) -> None:
    """A note on evidence: where it lies, who holds it. No names, numbers or addresses."""
    incident = _locked(actor, incident_id, Action.INCIDENT_NOTE)
    _log(incident, Action.INCIDENT_NOTE)
    note(incident, actor, Event.NOTE, words=clean_reason(words))


@transaction.atomic
def contain(*, actor: User, incident_id: UUID, how: Contained, words: str) -> None:
    """Nothing more gets out. The clock of the final report starts now."""
    incident = _locked(actor, incident_id, Action.INCIDENT_CONTAIN)
    if incident.state != State.OPEN:
        raise NotPossible(_("It is contained already."))
    incident.state, incident.contained, incident.contained_at = State.CONTAINED, how, timezone.now()
    incident.save(update_fields=["state", "contained", "contained_at"])
    _start_clocks(incident)
    _log(incident, Action.INCIDENT_CONTAIN, reason=how.value)
    note(incident, actor, Event.CONTAINED, code=how.value, words=clean_reason(words))


@transaction.atomic
def close(*, actor: User, incident_id: UUID, how: Closed, words: str) -> None:
    """Raises NotPossible while it is not contained or a clock waits for its answer."""
    incident = _locked(actor, incident_id, Action.INCIDENT_CLOSE)
    if incident.state != State.CONTAINED:
        raise NotPossible(_("A case is closed once it is contained."))
    if incident.clocks.filter(answer="").exists():
        raise NotPossible(_("Answer every clock first: done, or why it is not needed."))
    incident.state, incident.closed, incident.closed_at = State.CLOSED, how, timezone.now()
    incident.save(update_fields=["state", "closed", "closed_at"])
    _log(incident, Action.INCIDENT_CLOSE, reason=how.value)
    note(incident, actor, Event.CLOSED, code=how.value, words=clean_reason(words))


def note(
    incident: Incident, by: User, kind: Event, *, code: str = "", words: str = "", lock: Lock | None = None
) -> None:
    """A line in the case's book of decisions; the caller logs."""
    IncidentEvent.objects.create(incident=incident, by=by, kind=kind, code=code, note=words, lock=lock)


def _start_clocks(incident: Incident) -> None:
    """Those that bind and have not begun yet."""
    facts = Facts(incident.severity, incident.critical, incident.gdpr)
    begun = set(incident.clocks.values_list("code", flat=True))
    IncidentClock.objects.bulk_create(
        IncidentClock(incident=incident, code=rule.code, due_at=since + rule.within)
        for rule in CLOCKS.values()
        if rule.code not in begun
        and rule.binds(facts)
        and (since := _start(incident, once_contained=rule.once_contained)) is not None
    )


def _start(incident: Incident, *, once_contained: bool) -> datetime | None:
    return incident.contained_at if once_contained else incident.discovered_at


def _locked(actor: User, incident_id: UUID, action: Action) -> Incident:
    """Raises Refused; NotPossible for a closed one."""
    get_incident(actor, incident_id, action)
    incident = Incident.objects.select_for_update().get(pk=incident_id)
    if incident.state == State.CLOSED:
        raise NotPossible(_("The case is closed."))
    return incident


def _log(incident: Incident, action: Action, *, reason: str = "", fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.INCIDENT,
            object_id=incident.pk,
            reason=reason,
            fields=fields,
        )
    )

"""Hits become findings: one for a rule, somebody and a day, which grows while it waits."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.anomalies.codes import State
from compliance.anomalies.models import MAX_EVIDENCE, Finding, Mute
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules.base import Hit, Scope
from compliance.anomalies.settings import Setting
from compliance.notices import tell_finding

Known = dict[tuple[str, str], Finding]


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a finding would be about: `about` is a person's id, a network or the house."""

    about: str
    person: UUID | None
    day: date


def standing(day: date) -> Known:
    """The newest finding of each rule about each one on that day, locked to the end of the transaction: a
    decision waits for the round, or the round sees it."""
    found = Finding.objects.select_for_update().filter(day=day).order_by("number")
    return {(one.rule, one.about): one for one in found}


def hand_in(place: Place, scope: Scope, setting: Setting, known: Known) -> None:
    """Asks the rule about the day, and keeps what it says.

    Once officers decided on a finding of that day, only what came after it counts, from nothing: the same
    again is another finding, and an old decision does not cover it.
    """
    rule = setting.rule
    last = known.get((rule.code, place.about))
    if last is not None and last.is_decided:
        if not rule.again:
            return
        scope = scope.after(last.last_at)
    hit = rule.find(scope, setting.params)
    if hit is None:
        return
    moments = {one.id: one.at for one in scope.everything}
    newest = max(moments[entry] for entry in hit.entries)
    if last is None or last.is_decided:
        number = last.number + 1 if last else 1
        known[(rule.code, place.about)] = _open(place, setting, hit, newest, number)
    else:
        _grow(last, hit, newest)


def _open(place: Place, setting: Setting, hit: Hit, newest: datetime, number: int) -> Finding:
    mute = muting(setting.rule.code, place.person)
    finding = Finding.objects.create(
        rule=setting.rule.code,
        version=setting.number,
        about=place.about,
        person_id=place.person,
        day=place.day,
        number=number,
        measure=hit.measure,
        limit=hit.limit,
        entries=list(hit.entries[:MAX_EVIDENCE]),
        entry_count=len(hit.entries),
        last_at=newest,
        state=State.MUTED if mute else State.OPEN,
        mute=mute,
    )
    record_change(
        Entry(
            action=Action.FINDING_OPEN,
            object_type=ObjectType.FINDING,
            object_id=finding.pk,
            subjects=(place.person,) if place.person else (),
            reason="finding.muted" if mute else "",
            fields=(f"rule.{setting.rule.code}",),
        )
    )
    tell_finding(finding)
    return finding


def _grow(finding: Finding, hit: Hit, newest: datetime) -> None:
    """More of the same day. What was shown stays shown: a rule about a network or the log sees a part
    only."""
    fresh = [entry for entry in hit.entries if entry not in set(finding.entries)]
    total = max(finding.entry_count, len(hit.entries), min(len(finding.entries) + len(fresh), MAX_EVIDENCE))
    if (total, max(finding.measure, hit.measure)) == (finding.entry_count, finding.measure):
        return
    finding.entries = [*finding.entries, *fresh][:MAX_EVIDENCE]
    finding.entry_count = total
    finding.measure = max(finding.measure, hit.measure)
    finding.last_at = max(finding.last_at, newest)
    finding.save(update_fields=["entries", "entry_count", "measure", "last_at"])


def muting(rule: str, person: UUID | None) -> Mute | None:
    """The mute that is in force for the rule and the person."""
    if person is None:
        return None
    today = day_of(timezone.now())
    live = Q(ended_at__isnull=True, until__gte=today)
    return Mute.objects.filter(live, rule=rule, person_id=person).first()

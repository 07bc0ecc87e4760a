"""What officers do: take up findings, decide on them, mute, note who leaves. Each with its entry."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.anomalies import access
from compliance.anomalies.codes import WAITING, Confirmed, FalseAlarm, MuteReason, State
from compliance.anomalies.models import MAX_MUTED_DAYS, Finding, Leaving, Mute
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules import RULES
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@transaction.atomic
def take_up(*, actor: User, finding_id: UUID) -> Finding:
    """The officer looks into it. Raises Refused, NotPossible."""
    finding = _locked(actor, finding_id, Action.FINDING_REVIEW)
    if finding.state != State.OPEN:
        raise NotPossible(_("Somebody has taken up this finding meanwhile."))
    finding.state, finding.taken_by = State.REVIEW, actor
    finding.save(update_fields=["state", "taken_by"])
    _log(finding, Action.FINDING_REVIEW)
    return finding


@transaction.atomic
def decide(*, actor: User, finding_id: UUID, reason: Confirmed | FalseAlarm) -> Finding:
    """What it was; the reason says whether it was anything. Raises Refused, NotPossible."""
    finding = _locked(actor, finding_id, Action.FINDING_DECIDE)
    if finding.state not in WAITING:
        raise NotPossible(_("Somebody has decided on this finding meanwhile."))
    finding.state = State.CONFIRMED if isinstance(reason, Confirmed) else State.FALSE_ALARM
    finding.taken_by = finding.taken_by or actor
    finding.reason, finding.decided_by, finding.decided_at = reason.value, actor, timezone.now()
    finding.save(update_fields=["state", "taken_by", "reason", "decided_by", "decided_at"])
    _log(finding, Action.FINDING_DECIDE, reason=reason.value)
    return finding


@transaction.atomic
def mute(*, actor: User, rule: str, person: User, until: date, reason: MuteReason) -> Mute:
    """Findings of the rule about the person wait for nobody until that day; they are made and kept all the
    same.

    Raises:
        Refused: not for this person, or about themselves.
        NotPossible: it is muted already, or for too long.
    """
    require(actor, Permission.WATCH_MANAGE)
    if rule not in RULES or person.pk == actor.pk:
        raise Refused(ObjectType.WATCH_RULE, None, Action.WATCH_MUTE)
    today = day_of(timezone.now())
    if not today <= until <= today + timedelta(days=MAX_MUTED_DAYS):
        raise NotPossible(_("A mute ends within %(days)d days.") % {"days": MAX_MUTED_DAYS})
    live = Mute.objects.select_for_update().filter(rule=rule, person_id=person.pk, ended_at__isnull=True)
    for one in live:
        if one.until >= today:
            raise NotPossible(_("This is muted already."))
        one.ended_at, one.ended_by = timezone.now(), actor  # over by its day
        one.save(update_fields=["ended_at", "ended_by"])
    made = Mute.objects.create(rule=rule, person_id=person.pk, until=until, reason=reason, made_by=actor)
    _log_mute(made, Action.WATCH_MUTE, reason=reason.value)
    return made


@transaction.atomic
def unmute(*, actor: User, mute_id: UUID) -> None:
    """Ends a mute; what it kept back waits again. Raises Refused. A second time changes nothing."""
    found = access.get_mute(actor, mute_id)
    locked = Mute.objects.select_for_update().get(pk=found.pk)
    if locked.ended_at is not None:
        return
    locked.ended_at, locked.ended_by = timezone.now(), actor
    locked.save(update_fields=["ended_at", "ended_by"])
    locked.findings.filter(state=State.MUTED).update(state=State.OPEN)
    _log_mute(locked, Action.WATCH_UNMUTE)


@transaction.atomic
def note_leaving(*, actor: User, person: User) -> Leaving:
    """From now on, what the person takes along is a finding. Raises Refused, NotPossible."""
    require(actor, Permission.WATCH_MANAGE)
    if Leaving.objects.filter(person=person, ended_at__isnull=True).exists():
        raise NotPossible(_("This is noted already."))
    made = Leaving.objects.create(person=person, noted_by=actor)
    _log_person(person.pk, Action.WATCH_LEAVING)
    return made


@transaction.atomic
def watch_leaver(actor: User, person: User) -> None:
    """The same, noted by itself when it is planned that somebody leaves (people.staffing). In the caller's
    transaction; a second time changes nothing."""
    if not Leaving.objects.filter(person=person, ended_at__isnull=True).exists():
        Leaving.objects.create(person=person, noted_by=actor)
        _log_person(person.pk, Action.WATCH_LEAVING)


@transaction.atomic
def end_leaving(*, actor: User, person_id: UUID) -> None:
    """They stay, or are gone. Raises Refused, also to somebody who ends it about themselves."""
    require(actor, Permission.WATCH_MANAGE)
    live = Leaving.objects.select_for_update().filter(person_id=person_id, ended_at__isnull=True).first()
    if live is None or person_id == actor.pk:
        raise Refused(ObjectType.PERSON, person_id, Action.WATCH_STAYING)
    live.ended_at, live.ended_by = timezone.now(), actor
    live.save(update_fields=["ended_at", "ended_by"])
    _log_person(person_id, Action.WATCH_STAYING)


def _locked(actor: User, finding_id: UUID, action: Action) -> Finding:
    finding = Finding.objects.select_for_update().filter(pk=finding_id).first()
    if finding is None or not access.may_decide(actor, finding):
        raise Refused(ObjectType.FINDING, finding_id, action)
    return finding


def _log(finding: Finding, action: Action, *, reason: str = "") -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.FINDING,
            object_id=finding.pk,
            subjects=(finding.person_id,) if finding.person_id else (),
            reason=reason,
            fields=(f"rule.{finding.rule}",),
        )
    )


def _log_mute(mute: Mute, action: Action, *, reason: str = "") -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.WATCH_RULE,
            object_id=mute.pk,
            subjects=(mute.person_id,),
            reason=reason,
            fields=(f"rule.{mute.rule}",),
        )
    )


def _log_person(person: UUID, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.PERSON, object_id=person, subjects=(person,)))

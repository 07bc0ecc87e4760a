"""Opening a case, what it leans on, and commendations."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.anomalies.models import Finding
from compliance.audits.followup import AuditFinding
from compliance.audits.plain import plain_text
from compliance.conduct.access import OPENS, get_case
from compliance.conduct.codes import EvidenceKind, Measure, Says, State
from compliance.conduct.models import Commendation, ConductCase, ConductEvidence
from compliance.conduct.texts import conduct_keys, write
from compliance.containment.models import Incident
from compliance.words import clean
from people.accounts.models import User
from people.roles.access import require
from people.shielding import Act, why_waits
from people.training.models import Track
from vault.access import Mode, new_subjects
from vault.access import access as opened
from vault.records.errors import NotPossible

REPLY = timedelta(days=7)
_KNOWN = {
    EvidenceKind.ENTRY: LogEntry,
    EvidenceKind.FINDING: Finding,
    EvidenceKind.AUDIT_FINDING: AuditFinding,
    EvidenceKind.INCIDENT: Incident,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What is said of whom, what it may end with, and who decides."""

    person: User
    words: str
    proposed: Measure
    first: User
    second: User
    appeal_by: User
    track: Track | None = None


def open_case(*, actor: User, charge: Charge) -> ConductCase:
    """The person is told and has seven days to reply; if they are a protected reporter, whoever protects them
    is asked first (people.shielding), and nothing is told meanwhile.

    Raises Refused; NotPossible: nothing said, or people who may not decide.
    """
    require(actor, OPENS)
    words = clean(charge.words)
    if not words:
        raise NotPossible(_("Say what it is about."))
    _check_people(actor, charge)
    case = ConductCase(
        id=uuid7(),
        person=charge.person,
        opened_by=actor,
        first=charge.first,
        second=charge.second,
        appeal_by=charge.appeal_by,
        proposed=charge.proposed,
        track=charge.track if charge.proposed == Measure.RETRAINING else None,
    )
    keys = conduct_keys()
    entry = Entry(
        action=Action.CONDUCT_OPEN,
        object_type=ObjectType.CONDUCT_CASE,
        object_id=case.pk,
        keys=(keys.key_id,),
    )
    with (
        opened(Mode.WRITE, entry) as context,
        transaction.atomic(),
        new_subjects(context, [case.pk], parent=keys.key_id) as key_ids,
    ):
        case.compartment, case.key_id = keys.compartment, key_ids[case.pk]
        case.save(force_insert=True)
        write(case, Says.CHARGE, words, by=actor)
        log(case, Action.CONDUCT_OPEN)
        params = {"case": str(case.pk)}
        if why_waits(actor=actor, person_id=case.person_id, act=Act.CONDUCT, params=params) is None:
            begin(case)
    return case


def begin(case: ConductCase) -> None:
    """From now on the person is told. In a transaction; a case that has begun stays as it is."""
    if case.state == State.HELD:
        case.state, case.reply_due = State.OPEN, timezone.now() + REPLY
        case.save(update_fields=["state", "reply_due"])
        log(case, Action.CONDUCT_BEGIN)


def _check_people(actor: User, charge: Charge) -> None:
    named = [charge.first, charge.second, charge.appeal_by]
    if len({actor, charge.person, *named}) != 2 + len(named):
        raise NotPossible(
            _("The person, who opens the case, the two deciders and who decides an appeal are five people.")
        )
    if not all(one.is_staff and one.is_active for one in (charge.person, *named)):
        raise NotPossible(_("All of them are colleagues with an open account."))
    if charge.proposed == Measure.RETRAINING and (charge.track is None or not charge.track.is_running):
        raise NotPossible(_("Name the course that is to be taken."))


@transaction.atomic
def add_evidence(*, actor: User, case_id: UUID, kind: EvidenceKind, object_id: UUID) -> None:
    """A link to what is kept elsewhere. Raises Refused; NotPossible: not there, known, or decided already."""
    case = get_case(actor, case_id, Action.CONDUCT_EVIDENCE)
    if case.opened_by_id != actor.pk:
        raise Refused(ObjectType.CONDUCT_CASE, case_id, Action.CONDUCT_EVIDENCE)
    if case.state not in (State.HELD, State.OPEN):
        raise NotPossible(_("The case is decided."))
    if not _KNOWN[kind]._default_manager.filter(pk=object_id).exists():
        raise NotPossible(_("Nothing of this kind has this number."))
    try:
        with transaction.atomic():
            ConductEvidence.objects.create(case=case, kind=kind, object_id=object_id, by=actor)
    except IntegrityError:
        raise NotPossible(_("It is there already.")) from None
    log(case, Action.CONDUCT_EVIDENCE)


@transaction.atomic
def commend(*, actor: User, person: User, words: str) -> Commendation:
    """Raises Refused; NotPossible for oneself, or words that name somebody's number or address."""
    require(actor, OPENS)
    if person.pk == actor.pk or not person.is_staff:
        raise NotPossible(_("Commend a colleague, not yourself."))
    made = Commendation.objects.create(person=person, by=actor, words=plain_text(words, 200))
    record_change(
        Entry(
            action=Action.CONDUCT_COMMEND,
            object_type=ObjectType.COMMENDATION,
            object_id=made.pk,
            subjects=(person.pk,),
        )
    )
    return made


def log(case: ConductCase, action: Action, reason: str = "") -> None:
    """The case's id and its person's; never who said what."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.CONDUCT_CASE,
            object_id=case.pk,
            subjects=(case.person_id,),
            reason=reason,
        )
    )

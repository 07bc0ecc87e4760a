"""What the team answers: by hand, beside a measurement, and with evidence. Each with its entry."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry, canonical
from audit.log import record_change
from audit.models import LogEntry
from compliance.audits import access
from compliance.audits.codes import NONCONFORMING, EvidenceKind, Kind, Method, Result, State, Words
from compliance.audits.measures import MEASURES, Period
from compliance.audits.measures.base import Measured
from compliance.audits.models import Audit, AuditEvidence, AuditItem, Measurement
from compliance.audits.planning import locked
from compliance.audits.texts import write, writing
from compliance.review.models import Sample, SavedView, SignOff
from compliance.words import clean
from people.accounts.models import User
from vault.records.errors import NotPossible

FRESH = timedelta(days=14)  # a measurement that is older when the report is closed is stale
MOST_EVIDENCE = 20  # links of one question


def answer(*, actor: User, item_id: UUID, result: Result, method: Method | None, note: str) -> AuditItem:
    """The auditor's word on one question; the note is sealed.

    Raises:
        Refused: not of the team.
        NotPossible: the audit is not running; a question by hand without a method; a measured one that was
            never measured, or whose failure is passed over.
        LogUnavailable, KeyWithheld.
    """
    item = access.get_item(actor, item_id, Action.AUDIT_ANSWER)
    words = clean(note)
    with writing(item.audit, words):
        _require_running(item.audit)
        item = AuditItem.objects.select_for_update(of=("self",)).select_related("audit").get(pk=item.pk)
        if item.kind == Kind.MEASURED:
            _check_judgement(item, result, words)
        else:
            item.method = _method(method)
        item.result, item.judged_by, item.judged_at = result, actor, timezone.now()
        item.save(update_fields=["method", "result", "judged_by", "judged_at"])
        write(item.audit, item.pk, Words.NOTE, words, by=actor)
        _log(item, Action.AUDIT_ANSWER, reason=result.value)
    return item


def _method(method: Method | None) -> str:
    if method is None:
        raise NotPossible(_("Say how it was looked into: interview, inspection or sampling."))
    return method.value


def _check_judgement(item: AuditItem, result: Result, words: str) -> None:
    """What the system measured stands; a judgement beside it explains, and never turns a must into a may."""
    last = newest(item)
    if last is None:
        raise NotPossible(_("This is measured first."))
    if last.passed or result in NONCONFORMING:
        return
    if MEASURES[item.measure].strict:
        raise NotPossible(_("This must not happen at all: it is a nonconformity."))
    if not words:
        raise NotPossible(_("The system says otherwise: explain your judgement in a note."))


def newest(item: AuditItem) -> Measurement | None:
    return item.measurements.order_by("-at", "-pk").first()


def measure(*, actor: User, audit_id: UUID) -> int:
    """Let the system answer all that it can, anew; how many. Raises Refused, NotPossible.

    Measured before the transaction begins: one that is open while a year of the log is read would hold the
    log's tree up.
    """
    audit = access.get_of_team(actor, audit_id, Action.AUDIT_MEASURE)
    if audit.state != State.RUNNING:
        raise NotPossible(_("The audit is not running: nothing was changed."))
    period = Period(audit.period_from, audit.period_to)
    items = list(audit.items.filter(kind=Kind.MEASURED, measure__in=MEASURES).order_by("number"))
    found = [(item, MEASURES[item.measure].measured(period)) for item in items]
    with transaction.atomic():
        _require_running(audit)
        for item, measured in found:
            _keep(item, measured, actor)
    return len(items)


def _keep(item: AuditItem, found: Measured, actor: User) -> None:
    """One measurement. A judgement over figures that turned bad meanwhile is no judgement any more."""
    Measurement.objects.create(
        item=item, figures=found.figures, passed=found.passed, digest=found.digest, by=actor
    )
    passed = f"passed.{'yes' if found.passed else 'no'}"
    figures = tuple(f"{name}-{count}" for name, count in found.figures.items())
    _log(item, Action.AUDIT_MEASURE, fields=(f"measure.{item.measure}", passed, *figures))
    if not found.passed:
        overtaken = AuditItem.objects.filter(pk=item.pk).exclude(result__in=["", *NONCONFORMING])
        overtaken.update(result="", judged_by=None, judged_at=None)


@transaction.atomic
def add_evidence(*, actor: User, item_id: UUID, kind: EvidenceKind, object_id: UUID) -> AuditEvidence:
    """Link what shows the answer, with its digest as it is now. Raises Refused, NotPossible."""
    item = access.get_item(actor, item_id, Action.AUDIT_EVIDENCE)
    _require_running(item.audit)
    digest = digest_of(kind, object_id, actor)
    if digest is None:
        raise NotPossible(_("There is no such thing. Copy its whole number from its page."))
    if item.evidence.count() >= MOST_EVIDENCE:
        raise NotPossible(_("A question has at most %(count)d links.") % {"count": MOST_EVIDENCE})
    if item.evidence.filter(kind=kind, object_id=object_id).exists():
        raise NotPossible(_("This is linked already."))
    made = AuditEvidence.objects.create(item=item, kind=kind, object_id=object_id, digest=digest, by=actor)
    said = digest.hex()
    _log(item, Action.AUDIT_EVIDENCE, fields=(f"digest.{said[:32]}", f"digest_end.{said[32:]}"))
    return made


def digest_of(kind: EvidenceKind, object_id: UUID, viewer: User) -> bytes | None:
    """SHA-256 of a log entry's leaf, of what a sign-off signed, of a sample's facts, of a view's filters;
    None where there is none. A view is its owner's alone."""
    if kind == EvidenceKind.ENTRY:
        entry = LogEntry.objects.filter(pk=object_id).first()
        return sha256(bytes(entry.leaf)).digest() if entry else None
    if kind == EvidenceKind.SIGN_OFF:
        signed = SignOff.objects.filter(pk=object_id).first()
        return bytes(signed.digest) if signed else None
    if kind == EvidenceKind.SAMPLE:
        sample = Sample.objects.filter(pk=object_id).first()
        facts = [str(sample.entry), sample.state, str(sample.answer)] if sample else None
        return sha256(canonical(facts)).digest() if facts else None
    view = SavedView.objects.filter(pk=object_id, owner=viewer).first()
    return sha256(view.address.encode()).digest() if view else None


def _require_running(audit: Audit) -> None:
    """Raises NotPossible: it is not begun, or its report is closed. Locks it, so that no closing passes."""
    if locked(audit).state != State.RUNNING:
        raise NotPossible(_("The audit is not running: nothing was changed."))


def _log(item: AuditItem, action: Action, *, reason: str = "", fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.AUDIT_ITEM,
            object_id=item.pk,
            subjects=(item.audit_id,),
            reason=reason,
            fields=fields,
        )
    )

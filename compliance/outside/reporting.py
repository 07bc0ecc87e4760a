"""The report: handed in by the auditor, acknowledged by the house, followed up on the one board of corrective
actions.

Acknowledging opens a row of internal audits of its own scope (`Scope.OUTSIDE`), with one finding for each
recommendation: from there owners, days, verifying and what is overdue are the board's. The officer who
acknowledges leads that row, so that they own none of its actions (trigger `audit_independent`).
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from compliance.audits import texts as audit_texts
from compliance.audits.checklist import in_force
from compliance.audits.codes import Area, Kind, Method, Result, Scope, State, Words
from compliance.audits.followup import SEVERITIES, AuditFinding
from compliance.audits.models import MAX_TITLE, Audit, AuditItem, AuditMember
from compliance.outside import access
from compliance.outside.codes import FileKind, Says
from compliance.outside.files import Checked, store
from compliance.outside.models import OutsideAudit
from compliance.outside.reports import OutsideReport, Recommendation
from compliance.outside.telling import tell_auditors, tell_officers
from compliance.outside.texts import newest, texts_of, write, writing
from compliance.words import clean
from people.accounts.models import User
from vault.access import Mode, new_subjects
from vault.access import access as opened
from vault.records.errors import NotPossible


def upload(*, actor: User, audit_id: UUID, file: Checked) -> OutsideReport:
    """By an auditor; a later one takes the place of an earlier until it is handed in. Raises Refused,
    Unsigned, NotPossible."""
    seat = access.get_seat(actor, audit_id, Action.OUTSIDE_REPORT)
    with writing(seat.audit):
        report = _open_report(seat.audit)
        stored = store(seat.audit, file, kind=FileKind.REPORT, by=actor)
        if report is None:
            report = OutsideReport.objects.create(audit=seat.audit, file=stored, by=actor)
        else:
            report.file, report.by, report.at = stored, actor, timezone.now()
            report.save(update_fields=["file", "by", "at"])
        _log(report, Action.OUTSIDE_REPORT, fields=_digest(bytes(stored.digest)))
    return report


def recommend(*, actor: User, audit_id: UUID, severity: Result, words: str) -> Recommendation:
    """By an auditor, one by one, before the report is handed in. Raises Refused, Unsigned, NotPossible."""
    seat = access.get_seat(actor, audit_id, Action.OUTSIDE_RECOMMEND)
    said = clean(words)
    if not said or severity not in SEVERITIES:
        raise NotPossible(_("Say what you recommend, and how grave it is."))
    with writing(seat.audit):
        report = _open_report(seat.audit)
        if report is None:
            raise NotPossible(_("Upload the report first."))
        last = report.recommendations.aggregate(last=Max("number"))["last"]
        made = Recommendation.objects.create(
            report=report, number=(last or 0) + 1, severity=severity, by=actor
        )
        write(seat.audit, made.pk, Says.ADVICE, said, by=actor)
        _log(report, Action.OUTSIDE_RECOMMEND, reason=severity.value)
    return made


def hand_in(*, actor: User, audit_id: UUID) -> None:
    """By an auditor: report and recommendations are final. Raises Refused, Unsigned, NotPossible."""
    seat = access.get_seat(actor, audit_id, Action.OUTSIDE_HAND_IN)
    with transaction.atomic():
        report = _open_report(seat.audit)
        if report is None:
            raise NotPossible(_("Upload the report first."))
        report.handed_in_at = timezone.now()
        report.save(update_fields=["handed_in_at"])
        _log(report, Action.OUTSIDE_HAND_IN)
        tell_officers("outside.handed_in", seat.audit_id, but=set())


def acknowledge(*, actor: User, audit_id: UUID) -> Audit:
    """By an officer: the house has it, and follows its recommendations up. Raises Refused; NotPossible: not
    handed in, or acknowledged already; LogUnavailable, KeyWithheld."""
    outside = access.get_audit(actor, audit_id, Action.OUTSIDE_ACKNOWLEDGE)
    report = OutsideReport.objects.filter(audit=outside).first()
    if report is None or report.handed_in_at is None:
        raise NotPossible(_("The report is not handed in yet."))
    advice = list(report.recommendations.order_by("number"))
    texts = texts_of(outside, [one.pk for one in advice], Action.OUTSIDE_VIEW)
    audit = _followed(actor, outside)
    keys = audit_texts.audit_keys()
    entry = Entry(
        action=Action.OUTSIDE_ACKNOWLEDGE,
        object_type=ObjectType.OUTSIDE_REPORT,
        object_id=report.pk,
        keys=(keys.key_id,),
    )
    with (
        opened(Mode.WRITE, entry) as context,
        transaction.atomic(),
        new_subjects(context, [audit.pk], parent=keys.key_id) as key_ids,
    ):
        report = OutsideReport.objects.select_for_update().get(pk=report.pk)
        if report.acknowledged_at is not None:
            raise NotPossible(_("The report is acknowledged already."))
        audit.compartment, audit.key_id = keys.compartment, key_ids[audit.pk]
        audit.save(force_insert=True)
        AuditMember.objects.create(audit=audit, user=actor)
        items = [_item(audit, one) for one in advice]
        audit.state = State.RUNNING
        audit.save(update_fields=["state"])
        for one, item in zip(advice, items, strict=True):
            _find(one, item, newest(texts, one.pk, Says.ADVICE), actor)
        report.acknowledged_by, report.acknowledged_at = actor, timezone.now()
        report.followed_by = audit
        report.save(update_fields=["acknowledged_by", "acknowledged_at", "followed_by"])
        _log(report, Action.OUTSIDE_ACKNOWLEDGE, fields=(f"audit.{audit.pk}", f"count.{len(items)}"))
        tell_auditors("outside.acknowledged", outside)
    return audit


def _followed(actor: User, outside: OutsideAudit) -> Audit:
    today = timezone.localdate()
    title = _("Outside audit by %(firm)s") % {"firm": outside.firm}
    return Audit(
        id=uuid7(),
        title=title[:MAX_TITLE],
        scope=Scope.OUTSIDE,
        basis=outside.basis,
        period_from=min(outside.period_from, today),
        period_to=min(outside.period_to, today),
        planned_from=today,
        planned_to=today,
        lead=actor,
        made_by=actor,
        checklist=in_force(),
    )


def _item(audit: Audit, advice: Recommendation) -> AuditItem:
    words = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with override(code):
            words[language] = _("Recommendation %(number)d of the outside report") % {"number": advice.number}
    return AuditItem.objects.create(
        audit=audit,
        number=advice.number,
        area=Area.LOG,
        kind=Kind.HAND,
        text_zh=words["zh"],
        text_en=words["en"],
    )


def _find(advice: Recommendation, item: AuditItem, words: str, actor: User) -> None:
    """The question is answered with what the outside auditor judged, and found so."""
    item.method, item.result = Method.INSPECTION, advice.severity
    item.judged_by, item.judged_at = actor, timezone.now()
    item.save(update_fields=["method", "result", "judged_by", "judged_at"])
    finding = AuditFinding.objects.create(item=item, severity=advice.severity, made_by=actor)
    audit_texts.write(item.audit, finding.pk, Words.CRITERION, item.text, by=actor)
    audit_texts.write(item.audit, finding.pk, Words.FOUND, words, by=actor)
    advice.finding = finding
    advice.save(update_fields=["finding"])


def _open_report(audit: OutsideAudit) -> OutsideReport | None:
    """The report as it is, locked. Raises NotPossible where it is handed in."""
    OutsideAudit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    report = OutsideReport.objects.select_for_update(of=("self",)).filter(audit=audit).first()
    if report is not None and report.handed_in_at is not None:
        raise NotPossible(_("The report is handed in: it stays as it is."))
    return report


def _digest(digest: bytes) -> tuple[str, str]:
    said = digest.hex()
    return f"digest.{said[:32]}", f"digest_end.{said[32:]}"


def _log(report: OutsideReport, action: Action, *, reason: str = "", fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.OUTSIDE_REPORT,
            object_id=report.pk,
            reason=reason,
            fields=(f"outside.{report.audit_id}", *fields),
        )
    )

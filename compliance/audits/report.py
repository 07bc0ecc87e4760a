"""The report of an audit in facts: ids, codes, dates, numbers and digests. It holds no personal data.

Sealed texts stand in it by the SHA-256 of their sealed bytes: whoever has the database can see that no word
was exchanged, and nobody learns a word from the report (a digest of plaintext could be guessed).
`digest_of` is what is signed off; actions are told as they were set, since their follow-up goes on.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from audit.entry import canonical, timestamp
from compliance.audits.codes import Words
from compliance.audits.followup import AuditFinding, CorrectiveAction
from compliance.audits.models import Audit, AuditEvidence, AuditItem, Measurement

FORMAT = "sealroom.audit-report/1"
Facts = dict[str, Any]
_COLUMNS = (
    "number",
    "area",
    "kind",
    "measure",
    "method",
    "result",
    "passed",
    "figures",
    "digest",
    "findings",
)


def report_of(audit: Audit) -> Facts:
    """A fixed number of queries."""
    items = list(audit.items.order_by("number"))
    texts = _sealed_digests(audit)
    measured = _newest(audit)
    evidence, findings = _evidence(audit), _findings(audit, texts)
    return {
        "format": FORMAT,
        "audit": str(audit.pk),
        "title": audit.title,
        "scope": [audit.scope, _id(audit.book_id or audit.deal_id), audit.role_id or ""],
        "basis": audit.basis,
        "period": [audit.period_from.isoformat(), audit.period_to.isoformat()],
        "checklist": audit.checklist_id,
        "lead": str(audit.lead_id),
        "team": sorted(str(one) for one in audit.members.values_list("user_id", flat=True)),
        "items": [
            _item(one, measured.get(one.pk), evidence[one.pk], findings[one.pk], texts) for one in items
        ],
    }


def digest_of(facts: Facts) -> bytes:
    """SHA-256 over the canonical JSON (RFC 8785) of the facts."""
    return sha256(canonical(facts)).digest()


def as_csv(facts: Facts) -> str:
    """A row for each question."""
    said = io.StringIO()
    writer = csv.writer(said)
    writer.writerow(_COLUMNS)
    for one in facts["items"]:
        figures = " ".join(f"{name}={count}" for name, count in one["figures"].items())
        severities = " ".join(found["severity"] for found in one["findings"])
        cells = {**one, "figures": figures, "findings": severities}
        writer.writerow(["" if cells[name] is None else cells[name] for name in _COLUMNS])
    return said.getvalue()


def _item(
    item: AuditItem,
    measured: Measurement | None,
    evidence: list[Facts],
    findings: list[Facts],
    texts: Mapping[tuple[UUID, str], str],
) -> Facts:
    return {
        "number": item.number,
        "area": item.area,
        "kind": item.kind,
        "measure": item.measure,
        "question": sha256(f"{item.text_zh}\0{item.text_en}".encode()).hexdigest(),
        "method": item.method,
        "result": item.result,
        "by": _id(item.judged_by_id),
        "note": texts.get((item.pk, Words.NOTE), ""),
        "passed": measured.passed if measured else None,
        "figures": measured.figures if measured else {},
        "digest": bytes(measured.digest).hex() if measured else "",
        "measured": timestamp(measured.at) if measured else "",
        "evidence": evidence,
        "findings": findings,
    }


def _newest(audit: Audit) -> dict[UUID, Measurement]:
    rows = Measurement.objects.filter(item__audit=audit).order_by("at", "pk")
    return {one.item_id: one for one in rows}


def _evidence(audit: Audit) -> dict[UUID, list[Facts]]:
    found: dict[UUID, list[Facts]] = defaultdict(list)
    for one in AuditEvidence.objects.filter(item__audit=audit).order_by("at", "pk"):
        said = {"kind": one.kind, "id": str(one.object_id), "digest": bytes(one.digest).hex()}
        found[one.item_id].append(said)
    return found


def _findings(audit: Audit, texts: Mapping[tuple[UUID, str], str]) -> dict[UUID, list[Facts]]:
    """Actions set while the report was open, by id and day: how far they are is no part of the report."""
    actions: dict[UUID, list[Facts]] = defaultdict(list)
    rows = CorrectiveAction.objects.filter(finding__item__audit=audit).order_by("made_at", "pk")
    if audit.closed_at is not None:
        rows = rows.filter(made_at__lte=audit.closed_at)
    for one in rows:
        task = texts.get((one.pk, Words.TASK), "")
        actions[one.finding_id].append({"id": str(one.pk), "due": one.due.isoformat(), "task": task})
    found: dict[UUID, list[Facts]] = defaultdict(list)
    for finding in AuditFinding.objects.filter(item__audit=audit).order_by("made_at", "pk"):
        said = {
            kind.value: texts.get((finding.pk, kind), "")
            for kind in (Words.CRITERION, Words.FOUND, Words.CAUSE)
        }
        found[finding.item_id].append(
            {
                "id": str(finding.pk),
                "severity": finding.severity,
                "book": _id(finding.book_id),
                "person": _id(finding.person_id),
                "by": str(finding.made_by_id),
                **said,
                "actions": actions[finding.pk],
            }
        )
    return found


def _sealed_digests(audit: Audit) -> dict[tuple[UUID, str], str]:
    """(about, kind) → SHA-256 of the newest text's sealed bytes, in hexadecimal; nothing is opened."""
    with connection.cursor() as cursor:
        cursor.execute(_SEALED, [audit.pk])
        return {(about, says): digest for about, says, digest in cursor.fetchall()}


_SEALED = """
select distinct on (about, says) about, says, encode(sha256(words), 'hex')
from compliance_audittext where audit_id = %s order by about, says, at desc, id desc
"""


def _id(value: UUID | None) -> str:
    return str(value) if value else ""

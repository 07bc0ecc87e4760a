"""Audits for the tests, planned and carried out by the services themselves."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from compliance.audits import answering, closing, findings, planning
from compliance.audits.codes import Basis, Kind, Method, Result, Scope, Words
from compliance.audits.followup import AuditFinding, CorrectiveAction
from compliance.audits.models import Audit, AuditItem
from compliance.audits.planning import Plan
from people.accounts.models import User
from tests.vault.records.makers import acting

SAID = {Words.CRITERION: "每次导出须有事由", Words.FOUND: "张三丰的名单无事由", Words.CAUSE: "未培训"}
DAY = timedelta(days=1)


def planned(people: SimpleNamespace, **other: Any) -> Audit:
    """Of the whole house, led by the outside auditor with olivia beside, planned by otto."""
    today = timezone.localdate()
    plain = {
        "title": "年度审计",
        "scope": Scope.HOUSE,
        "basis": Basis.REGULAR,
        "period_from": today - 365 * DAY,
        "period_to": today - DAY,
        "planned_from": today,
        "planned_to": today + 14 * DAY,
        "lead": people.aud,
        "team": (people.olivia,),
    }
    with acting(people.otto):
        return planning.plan_audit(actor=people.otto, plan=Plan(**plain | other))


def running(people: SimpleNamespace, **other: Any) -> Audit:
    audit = planned(people, **other)
    with acting(audit.lead):
        planning.begin(actor=audit.lead, audit_id=audit.pk)
    audit.refresh_from_db()
    return audit


def by_hand(audit: Audit) -> AuditItem:
    return audit.items.filter(kind=Kind.HAND).order_by("number")[0]


def measured(audit: Audit, code: str) -> AuditItem:
    return audit.items.get(measure=code)


def answered(item: AuditItem, result: Result = Result.CONFORMING, note: str = "", by: Any = None) -> None:
    actor = by or item.audit.lead
    method = Method.INSPECTION if item.kind == Kind.HAND else None
    with acting(actor):
        answering.answer(actor=actor, item_id=item.pk, result=result, method=method, note=note)


def found(item: AuditItem, severity: Result = Result.MAJOR, **about: Any) -> AuditFinding:
    """A finding on a question that is judged so."""
    answered(item, severity)
    lead = item.audit.lead
    with acting(lead):
        return findings.record_finding(actor=lead, item_id=item.pk, severity=severity, texts=SAID, **about)


def to_do(finding: AuditFinding, owner: User, *, days: int = 30) -> CorrectiveAction:
    lead = finding.item.audit.lead
    with acting(lead):
        return findings.set_action(
            actor=lead,
            finding_id=finding.pk,
            owner=owner,
            due=timezone.localdate() + days * DAY,
            task="补签事由",
        )


def done(action: CorrectiveAction) -> CorrectiveAction:
    with acting(action.owner):
        findings.say_done(actor=action.owner, action_id=action.pk, done="已补签，见审批单")
    action.refresh_from_db()
    return action


def late(finding: AuditFinding, owner: User, *, days: int = 1) -> CorrectiveAction:
    """An action whose day has passed: as it stands when somebody did nothing for long enough."""
    return CorrectiveAction.objects.create(
        finding=finding, owner=owner, due=timezone.localdate() - days * DAY, made_by=finding.made_by
    )


def verified(action: CorrectiveAction, by: User) -> None:
    with acting(by):
        findings.verify(actor=by, action_id=action.pk)


def all_answered(audit: Audit) -> None:
    """Measured; what failed is a minor nonconformity with an owner, the rest conforms."""
    lead = audit.lead
    with acting(lead):
        answering.measure(actor=lead, audit_id=audit.pk)
    for item in audit.items.filter(result="").select_related("audit__lead"):
        last = answering.newest(item)
        if last is None or last.passed:
            answered(item)
        else:
            finding = found(item, Result.MINOR)
            to_do(finding, User.objects.get(username="ming"))


def closed(people: SimpleNamespace, **other: Any) -> Audit:
    audit = running(people, **other)
    all_answered(audit)
    with acting(audit.lead):
        return closing.close(actor=audit.lead, audit_id=audit.pk)


def signed(people: SimpleNamespace, **other: Any) -> Audit:
    audit = closed(people, **other)
    with acting(people.otto):
        return closing.sign_off(actor=people.otto, audit_id=audit.pk, seen=bytes(audit.digest or b""))

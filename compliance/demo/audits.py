"""Two audits of the demo's house: one signed off, whose follow-up goes on, and one that is running."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.audits import answering, closing, findings, planning
from compliance.audits.codes import Basis, Kind, Method, Result, Scope, Words
from compliance.audits.followup import CorrectiveAction
from compliance.audits.models import Audit, AuditItem
from compliance.audits.planning import Plan
from compliance.demo.logins import AGENT, AUDITOR, LEAD, OFFICERS
from people.accounts.models import User
from vault.records.models import ClientBook

_DAY = timedelta(days=1)
_ANSWERED = 7  # questions of the running one
FOUND = {
    Words.CRITERION: "《个人信息保护法》第五十一条：应当采取措施防止未经授权的访问以及个人信息泄露。",
    Words.FOUND: "抽取三份审批单，其中一份的事由只写“工作需要”，无法判断必要性。",
    Words.CAUSE: "事由填写没有示例，复核人未要求补充。",
}
MEASURED = {
    Words.CRITERION: "《个人信息保护合规审计管理办法》附件：应当定期核查内部制度的执行情况。",
    Words.FOUND: "系统测量结果未达到要求，数值见检查项。",
    Words.CAUSE: "系统刚投入使用，相关工作尚未形成周期。",
}
NOTE = "样本量较小，建议下次扩大抽样。"
CYCLE = "制定工作周期，指定责任人，下一季度末复测。"
TASKS = ("补写该份审批单的事由说明，交合规专员留存。", "编写事由填写示例，并在部门例会上说明。")
DONE = "已补写事由，见审批页。"
WRITTEN = (*FOUND.values(), *MEASURED.values(), NOTE, CYCLE, *TASKS, DONE)


def make_audits(people: Mapping[str, User], book: ClientBook) -> None:
    """Nothing where there are audits already."""
    if Audit.objects.exists():
        return
    officer, other = people[OFFICERS[0].username], people[OFFICERS[1].username]
    auditor, lead, agent = people[AUDITOR.username], people[LEAD.username], people[AGENT.username]
    house = _plan(officer, "年度个人信息保护合规审计", Scope.HOUSE, auditor, other)
    with acting_as(Origin(actor=auditor.pk)):
        planning.begin(actor=auditor, audit_id=house.pk)
        answering.measure(actor=auditor, audit_id=house.pk)
        for item in house.items.order_by("number"):
            _answer(auditor, item, lead)
        _find_by_hand(auditor, house, lead, agent)
        closed = closing.close(actor=auditor, audit_id=house.pk)
    with acting_as(Origin(actor=officer.pk)):
        closing.sign_off(actor=officer, audit_id=house.pk, seen=bytes(closed.digest or b""))
    _put_right(house, agent, officer)
    of_book = _plan(officer, "自有客户库专项审计", Scope.BOOK, other, auditor, book=book)
    with acting_as(Origin(actor=other.pk)):
        planning.begin(actor=other, audit_id=of_book.pk)
        for item in of_book.items.filter(kind=Kind.HAND).order_by("number")[:_ANSWERED]:
            answering.answer(
                actor=other, item_id=item.pk, result=Result.CONFORMING, method=Method.INSPECTION, note=""
            )


def _plan(
    officer: User, title: str, scope: Scope, lead: User, beside: User, *, book: ClientBook | None = None
) -> Audit:
    today = timezone.localdate()
    plan = Plan(
        title=title,
        scope=scope,
        basis=Basis.REGULAR if scope is Scope.HOUSE else Basis.HOUSE_RULE,
        period_from=today - 365 * _DAY,
        period_to=today - _DAY,
        planned_from=today,
        planned_to=today + 14 * _DAY,
        lead=lead,
        team=(beside,),
        book=book,
    )
    with acting_as(Origin(actor=officer.pk)):
        return planning.plan_audit(actor=officer, plan=plan)


def _answer(auditor: User, item: AuditItem, owner: User) -> None:
    """As the system measured; a failure is a minor nonconformity that the deal lead puts right."""
    last = answering.newest(item)
    result = Result.CONFORMING if last is None or last.passed else Result.MINOR
    method = Method(item.method) if item.method else None
    answering.answer(actor=auditor, item_id=item.pk, result=result, method=method, note="")
    if result is Result.MINOR:
        made = findings.record_finding(actor=auditor, item_id=item.pk, severity=result, texts=MEASURED)
        findings.set_action(
            actor=auditor,
            finding_id=made.pk,
            owner=owner,
            due=timezone.localdate() + 60 * _DAY,
            task=CYCLE,
        )


def _find_by_hand(auditor: User, audit: Audit, lead: User, agent: User) -> None:
    item = audit.items.get(kind=Kind.HAND, area="approvals")
    answering.answer(
        actor=auditor,
        item_id=item.pk,
        result=Result.MAJOR,
        method=Method.SAMPLING,
        note=NOTE,
    )
    made = findings.record_finding(actor=auditor, item_id=item.pk, severity=Result.MAJOR, texts=FOUND)
    for owner, days, task in (
        (agent, 14, TASKS[0]),
        (lead, 30, TASKS[1]),
    ):
        findings.set_action(
            actor=auditor,
            finding_id=made.pk,
            owner=owner,
            due=timezone.localdate() + days * _DAY,
            task=task,
        )


def _put_right(audit: Audit, agent: User, officer: User) -> None:
    """The agent's action is done and verified; the others go on."""
    action = CorrectiveAction.objects.get(finding__item__audit=audit, owner=agent)
    with acting_as(Origin(actor=agent.pk)):
        findings.say_done(actor=agent, action_id=action.pk, done=DONE)
    with acting_as(Origin(actor=officer.pk)):
        findings.verify(actor=officer, action_id=action.pk)

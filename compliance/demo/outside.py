"""Two outside audits of the demo's house: one reported and followed up, one that is going on."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from PIL import Image, ImageDraw

from audit.origin import Origin, acting_as
from compliance.audits import findings
from compliance.audits.codes import Basis, Result
from compliance.demo.deciding import agree, some_hours_ago
from compliance.demo.logins import AGENT, LEAD, OFFICERS, SITTER
from compliance.outside import planning, reporting, requests
from compliance.outside.codes import Area, Method
from compliance.outside.files import checked
from compliance.outside.models import OutsideAudit
from compliance.outside.planning import Auditor, Engagement
from compliance.outside.reports import Recommendation
from people.accounts.models import User
from people.duties.services import sign_nda
from people.duties.templates import in_force
from people.invitations.models import Invitation
from people.invitations.services import accept
from vault.formats.credit_code import check_character

DAY = timedelta(days=1)
FIRMS = (("衡信会计师事务所", "91310115MA1K3A7X0"), ("明鉴数据评估", "91330106MA2B8C4Y1"))
ADVICE = (
    (Result.MAJOR, "导出客户名单的审批人应与申请人不属于同一项目组。"),
    (Result.MINOR, "权限复核中“未使用”的授权应逐项写明保留事由。"),
)
TASK = "调整审批分派规则，并补做第三季度的交叉复核。"
ASKED = ("请提供本期间全部导出申请及其审批记录。", "请说明两次权限复核逾期未决的原因。")
ANSWER = "见系统生成的审批登记册摘录，按申请时间排列。"
WRITTEN = (*(words for _result, words in ADVICE), TASK, *ASKED, ANSWER, *(firm for firm, _code in FIRMS))


def make_outside(people: Mapping[str, User]) -> None:
    """Nothing where there are outside audits already, or a home from before has nobody to sit."""
    if OutsideAudit.objects.exists() or SITTER.username not in people:
        return
    _reported(people, _let_in(people, 0))
    _going_on(people, _let_in(people, 1))


def _let_in(people: Mapping[str, User], which: int) -> OutsideAudit:
    """Planned by one officer, agreed to by another; the auditor has come and signed."""
    officer, other = (people[one.username] for one in OFFICERS[:2])
    sitter, now = people[SITTER.username], timezone.now()
    with some_hours_ago(), acting_as(Origin(actor=officer.pk)):
        audit = planning.plan(actor=officer, engagement=_engagement(sitter, which, opens_at=now))
        request = planning.ask(actor=officer, audit_id=audit.pk, reason="年度外部审计，按制度委托专业机构。")
    agree(other, request, "范围与期限合适。")
    with acting_as(Origin(actor=sitter.pk)):
        accept(invitation=Invitation.objects.get(deal_id=audit.pk, person=sitter), password=None)
        template = in_force("auditor")
        assert template is not None
        sign_nda(
            actor=sitter,
            template=template,
            deal_id=audit.pk,
            typed_name=sitter.display_name,
            language="zh-hans",
        )
    return audit


def _engagement(sitter: User, which: int, *, opens_at: datetime) -> Engagement:
    firm, stem = FIRMS[which]
    return Engagement(
        firm=firm,
        firm_code=stem + check_character(stem),
        basis=Basis.REGULAR,
        method=Method.ON_SITE if which == 0 else Method.REMOTE,
        areas=tuple(Area.values),
        deals=(),
        period_from=timezone.localdate() - 180 * DAY,
        period_to=timezone.localdate(),
        opens_at=opens_at,
        ends_at=opens_at + 14 * DAY,
        lead=Auditor(name=sitter.display_name, email=sitter.email),
    )


def _reported(people: Mapping[str, User], audit: OutsideAudit) -> None:
    """Its report is acknowledged, its first recommendation has an owner, its seats are closed."""
    officer, sitter, data = people[OFFICERS[0].username], people[SITTER.username], _report()
    with acting_as(Origin(actor=sitter.pk)):
        file = checked(data, size=len(data), pdf_only=True)
        reporting.upload(actor=sitter, audit_id=audit.pk, file=file)
        for severity, words in ADVICE:
            reporting.recommend(actor=sitter, audit_id=audit.pk, severity=severity, words=words)
        reporting.hand_in(actor=sitter, audit_id=audit.pk)
    with acting_as(Origin(actor=officer.pk)):
        reporting.acknowledge(actor=officer, audit_id=audit.pk)
        first = Recommendation.objects.order_by("number")[0]
        assert first.finding_id is not None
        findings.set_action(
            actor=officer,
            finding_id=first.finding_id,
            owner=people[LEAD.username],
            due=timezone.localdate() + 21 * DAY,
            task=TASK,
        )
        planning.end(actor=officer, audit_id=audit.pk)


def _going_on(people: Mapping[str, User], audit: OutsideAudit) -> None:
    """One request is answered, one is with somebody."""
    officer, sitter, agent = (people[one.username] for one in (OFFICERS[0], SITTER, AGENT))
    with acting_as(Origin(actor=sitter.pk)):
        asked = [
            requests.ask(
                actor=sitter, audit_id=audit.pk, words=words, due=timezone.localdate() + (3 + 2 * place) * DAY
            )
            for place, words in enumerate(ASKED)
        ]
    with acting_as(Origin(actor=officer.pk)):
        for one in asked:
            requests.assign(actor=officer, request_id=one.pk, owner=agent)
    with acting_as(Origin(actor=agent.pk)):
        requests.answer(actor=agent, request_id=asked[0].pk, words=ANSWER, extracts=[Area.APPROVALS.value])


def _report() -> bytes:
    """One page, drawn: it holds no words that anybody could search."""
    page = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(page).text((120, 140), "Report of the outside audit", fill="black")
    made = io.BytesIO()
    page.save(made, "PDF", resolution=150)
    return made.getvalue()

"""The demo's mandates: in force, ending soon, run out, ended early, renewed, waiting for a signature.

Days count from the day the demo is made. Nobody whose mandate is over has a follow-up, or stands on the list
that the demo asks to export.
"""

import base64
from datetime import date, timedelta
from itertools import cycle
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.origin import Origin, acting_as
from compliance.demo.documents import pdf
from people.accounts.models import User
from vault.purposes.uploads import Proof
from vault.records.models import Client, ClientBook, ClientKind
from vault.relations.mandates.models import TERMS, Mandate, MandateKind, MandateState, Why
from vault.relations.mandates.services import Terms, draw_up, end_early, put_in_force
from vault.relations.mandates.standing import house_day
from vault.relations.rows import new_row, record_row, writing

_SUBJECTS = {
    MandateKind.SELL: "转让名下贸易公司全部股权，协助完成变更登记。",
    MandateKind.BUY: "物色并收购一家无债务、两年以上的科技公司。",
    MandateKind.FILING: "代办经营范围和注册地址变更。",
    MandateKind.ACCOUNTING: "代理记账与纳税申报，按月交付报表。",
}
_FEES = {
    MandateKind.SELL: "成交价的百分之三，不低于两万元。",
    MandateKind.BUY: "成交价的百分之二，签约时付一半。",
    MandateKind.FILING: "三千五百元，办结后付清。",
    MandateKind.ACCOUNTING: "每月六百元，按季预付。",
}
Days = tuple[MandateKind, bool, int, int]  # kind, exclusive, first and last day from today
_IN_FORCE: tuple[Days, ...] = (
    (MandateKind.SELL, True, -15, 167),
    (MandateKind.BUY, False, -60, 120),
    (MandateKind.SELL, False, -160, 21),
    (MandateKind.FILING, False, -20, 45),
    (MandateKind.BUY, True, -173, 9),
    (MandateKind.SELL, True, -90, 90),
    (MandateKind.ACCOUNTING, False, -200, 165),
    (MandateKind.BUY, False, 6, 190),
)
_OVER: tuple[Days, ...] = (
    (MandateKind.SELL, True, -190, -4),
    (MandateKind.BUY, False, -120, -11),
    (MandateKind.FILING, False, -75, -30),
)


_PAPER = (
    "委托方与受托方就公司转让服务约定如下：",
    "一、委托事项、费用与期限以系统登记为准。",
    "二、受托方仅为履行本协议使用委托方的个人信息。",
    "三、本协议结束后，受托方停止使用并按约定销毁。",
    "（示例文件，内容均为虚构）",
)


def make_mandates(book: ClientBook, agent: User) -> None:
    """Mandates of the agent's clients in every state there is."""
    people = Client.objects.filter(book=book, assigned=agent, kind=ClientKind.PERSON).order_by("-pk")
    ids = list(people.values_list("pk", flat=True))
    with acting_as(Origin(actor=agent.pk)):
        signed = pdf("委托协议", [_PAPER])
        papers = cycle((Proof("", "application/pdf", base64.b64encode(signed).decode()), None))
        for client, agreed, paper in zip(ids, _IN_FORCE, papers, strict=False):
            _sign(agent, _draw(agent, client, agreed), paper)
        for client, agreed in zip(ids[60:], _OVER, strict=False):
            _past(agent, client, agreed)
        # The first was engaged before, too; one was ended early, and one waits for a signature.
        _past(agent, ids[0], (MandateKind.SELL, True, -200, -16))
        ended = _sign(agent, _draw(agent, ids[66], (MandateKind.SELL, False, -40, 150)), None)
        end_early(actor=agent, mandate_id=ended.pk, why=Why.CLIENT)
        _draw(agent, ids[8], (MandateKind.SELL, True, 1, 183))


def _draw(agent: User, client: UUID, agreed: Days) -> Mandate:
    kind, exclusive, first, last = agreed
    terms = Terms(
        kind=kind,
        exclusive=exclusive,
        begins_on=_day(first),
        ends_on=_day(last),
        fee=_FEES[kind],
        subject=_SUBJECTS[kind],
    )
    return draw_up(actor=agent, client_id=client, terms=terms)


def _sign(agent: User, draft: Mandate, paper: Proof | None) -> Mandate:
    signed_on = min(draft.begins_on, house_day())
    return put_in_force(actor=agent, mandate_id=draft.pk, signed_on=signed_on, document=paper)


def _past(agent: User, client_id: UUID, agreed: Days) -> None:
    """As time would have left it: no service signs what has ended."""
    kind, exclusive, first, last = agreed
    with writing(actor=agent, client_id=client_id, action=Action.MANDATE_SIGN, groups=(TERMS,)) as client:
        row: Mandate = new_row(
            Mandate,
            client,
            agent,
            kind=kind,
            exclusive=exclusive,
            state=MandateState.SIGNED,
            begins_on=_day(first),
            ends_on=_day(last),
            signed_on=_day(first),
            fee=_FEES[kind],
            subject=_SUBJECTS[kind],
        )
        record_row(Action.MANDATE_SIGN, ObjectType.MANDATE, row, fields=(f"mandate.{kind.value}",))


def _day(days: int) -> date:
    return house_day() + timedelta(days=days)

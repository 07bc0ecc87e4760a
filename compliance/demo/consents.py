"""The demo's notice, and what clients answered to it: told by link or chat, agreed, withdrawn, not asked."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.purposes.bases.services import set_basis
from vault.purposes.catalogue import Basis, Purpose, Reason
from vault.purposes.codes import Channel, Form, Why
from vault.purposes.consents.services import record_consent
from vault.purposes.lawfulness import NotLawful
from vault.purposes.notices.services import notice_in_force, publish_notice, record_delivery
from vault.purposes.uploads import Proof
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group

HOUSE = "启明企业服务（深圳）有限公司"
INPUTS = {
    "who_zh": f"{HOUSE}，受您委托提供公司转让咨询。",
    "who_en": "Qiming Business Services (Shenzhen), whom you asked about the transfer of a company.",
    "contact_zh": "个人信息保护负责人：privacy@qiming.example，深圳市南山区科技园南路1号。",
    "contact_en": "Privacy officer: privacy@qiming.example, 1 Kejiyuan South Road, Nanshan, Shenzhen.",
    "method_zh": "由经办经纪人收集，逐字段加密保存，仅为上述目的使用；每次查看明文均记入审计日志。",
    "method_en": "Your agent collects them. They are sealed field by field; every opening is recorded.",
    "retention_zh": "咨询未成交的，保存一年后销毁；成交的，按法定期限保存。",
    "retention_en": "One year after an enquiry without a deal; after a deal as long as statutes demand.",
    "extra_zh": "",
    "extra_en": "",
}
MARKETING = f"{Purpose.MARKETING.value}.use"
_AGREED = (
    (Channel.PAPER, "客户在咨询登记表上勾选同意并签名，原件存于档案柜二层。"),
    (Channel.CHAT, "微信回复“同意接收新标的信息”，截图已归档。"),
    (Channel.PHONE, "电话中明确同意，通话录音编号已登记。"),
)


def publish(book: ClientBook, officer: User) -> None:
    """Marketing is switched on, by consent alone, and the book's notice says so."""
    with acting_as(Origin(actor=officer.pk)):
        if notice_in_force(book.pk) is None:
            set_basis(
                actor=officer,
                book_id=book.pk,
                purpose=Purpose.MARKETING,
                basis=Basis.CONSENT,
                on=True,
                why=Why.NEW_USE,
            )
            publish_notice(actor=officer, book_id=book.pk, inputs=INPUTS)


def make_consents(book: ClientBook, agent: User) -> None:
    """Of the newest clients most were told, some agreed to marketing, and one took it back."""
    ids: Sequence[UUID] = list(Client.objects.filter(book=book).order_by("-pk").values_list("pk", flat=True))
    with acting_as(Origin(actor=agent.pk)):
        for place, client in enumerate(ids[:24]):
            if place % 4 != 3:
                channel = (Channel.CHAT, Channel.IN_PERSON, Channel.PAPER)[place % 3]
                record_delivery(actor=agent, client_id=client, channel=channel)
        for place, client in enumerate(ids[:9]):
            channel, words = _AGREED[place % len(_AGREED)]
            _say(agent, client, channel, words, given=True)
        _say(agent, ids[4], Channel.CHAT, "微信回复“不要再发了”。", given=False)
        with suppress(NotLawful):  # marketing never needs a bank account: the officers find the attempt
            reveal_group(
                actor=agent,
                client_id=ids[0],
                group=Group.FINANCIAL,
                purpose=Purpose.MARKETING,
                reason=Reason.CALL,
            )


def _say(agent: User, client: UUID, channel: Channel, words: str, *, given: bool) -> None:
    record_consent(
        actor=agent,
        client_id=client,
        code=MARKETING,
        given=given,
        channel=channel,
        form=Form.GENERAL,
        proof=Proof(words),
    )

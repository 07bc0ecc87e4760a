"""The checklist that comes with Sealroom, in both languages. A changed one is another number, never this one.

What is asked by hand follows the points of the guide beside CAC order no. 18 (2025) as far as a broker's
house has them; what Sealroom knows itself is measured (`measures`).
"""

from typing import TypedDict

from django.utils.translation import override

from compliance.audits.codes import Area, Kind, Method
from compliance.audits.measures import MEASURES


class Question(TypedDict):
    area: str
    kind: str
    measure: str
    method: str
    zh: str
    en: str


_BY_HAND: tuple[tuple[Area, Method, str, str], ...] = (
    (
        Area.ACCESS,
        Method.INTERVIEW,
        "岗位与角色是否相符，离岗人员的权限是否当日收回？",
        "Do roles fit what people do, and do those who leave lose access on the same day?",
    ),
    (
        Area.APPROVALS,
        Method.SAMPLING,
        "抽取审批单：事由是否说明了必要性，复核人是否独立于申请人？",
        "From a sample of approvals: does the reason say why it was needed, and was the decider independent?",
    ),
    (
        Area.OPENING,
        Method.SAMPLING,
        "抽取查看明文的日志：使用目的与业务是否相符？",
        "From a sample of reveals: does the purpose fit the work that was done?",
    ),
    (
        Area.OPENING,
        Method.INSPECTION,
        "导出文件到期后，接收方是否按约定删除或返还？",
        "Did recipients delete or return what was exported when its time was over?",
    ),
    (
        Area.CONSENT,
        Method.INSPECTION,
        "告知书是否写明目的、方式、种类、保存期限和行使权利的途径？",
        "Do notices say purpose, manner, kinds of data, retention, and how to use one's rights?",
    ),
    (
        Area.CONSENT,
        Method.SAMPLING,
        "向第三方提供、敏感个人信息和出境，是否逐一取得单独同意？",
        "Is there a separate consent for third parties, sensitive data and transfers abroad?",
    ),
    (
        Area.DESTRUCTION,
        Method.SAMPLING,
        "抽取销毁证明：名单、审批与纸质资料的处理是否一致？",
        "From a sample of certificates: do list, approvals and what became of paper agree?",
    ),
    (
        Area.LOG,
        Method.INSPECTION,
        "签名校验点是否由本单位以外的人保管并定期比对？",
        "Are signed checkpoints kept and compared by somebody outside the house?",
    ),
    (
        Area.KEYS,
        Method.INSPECTION,
        "恢复份额是否由不同人员分别保管，保管人是否仍在岗？",
        "Are the recovery shares with different people, and do all of them still work here?",
    ),
)


def shipped() -> list[Question]:
    """Area by area, what is measured first."""
    found: list[Question] = []
    for area in Area:
        found += [_measured(code) for code, one in MEASURES.items() if one.area == area]
        found += [
            Question(area=area.value, kind=Kind.HAND.value, measure="", method=method.value, zh=zh, en=en)
            for of, method, zh, en in _BY_HAND
            if of == area
        ]
    return found


def _measured(code: str) -> Question:
    """The measure's label as it reads today in both languages: later wording leaves kept checklists alone."""
    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = str(MEASURES[code].label)
    return Question(
        area=MEASURES[code].area.value,
        kind=Kind.MEASURED.value,
        measure=code,
        method="",
        zh=said["zh-hans"],
        en=said["en"],
    )

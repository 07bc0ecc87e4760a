"""Two reports of the demo's house: one that is being looked into and one that nobody has opened yet. Their
receipt codes are shown to nobody, as those of all others.
"""

from audit.origin import Origin, acting_as
from compliance.speakup import channel, handling
from compliance.speakup.channel import Told
from compliance.speakup.codes import Category
from compliance.speakup.models import SpeakUpCase
from people.accounts.models import User

HAPPENED = "上周五晚上，有人在三号会议室把客户名单拷贝到自己的U盘。可以核对当晚的导出记录。"
WHEN = "上周五晚上，三号会议室"
WHO = "客户部的一位同事"
ANSWERED = "您好，已收到并开始核查。请问当时是否还有其他人在场？"
NOTED = "先核对当晚的导出记录和门禁记录。"
OTHER = "有中介向卖家私下收取好处费，要求不签委托协议。"
WRITTEN = (HAPPENED, WHEN, WHO, ANSWERED, NOTED, OTHER)


def make_reports(officer: User) -> None:
    """Nothing where there are reports already."""
    if SpeakUpCase.objects.exists():
        return
    channel.report(told=Told(category=Category.DATA, happened=HAPPENED, when=WHEN, who=WHO))
    case = SpeakUpCase.objects.get()
    with acting_as(Origin(actor=officer.pk)):
        handling.acknowledge(actor=officer, case_id=case.pk)
        handling.investigate(actor=officer, case_id=case.pk)
        handling.answer(actor=officer, case_id=case.pk, words=ANSWERED, final=False)
        handling.note(actor=officer, case_id=case.pk, words=NOTED)
    channel.report(told=Told(category=Category.MONEY, happened=OTHER))

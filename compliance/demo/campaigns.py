"""The demo's pledge, campaigns and pulse: some have signed, read, taken part and answered."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.demo.logins import AGENT, OFFICERS
from people.accounts.models import User
from people.campaigns.models import Campaign, CampaignKind
from people.campaigns.services import Wanted, join, make, see
from people.pledge.models import PledgeRound
from people.pledge.services import open_round, sign
from people.pledge.texts import FIRST_EN, FIRST_ZH
from people.pulse import services as pulse
from people.pulse.models import PulseRound, Question

_WORD = "封匣"
_Made = tuple[CampaignKind, tuple[str, str], tuple[str, str], list[str], str]
_MADE: tuple[_Made, ...] = (
    (
        CampaignKind.POSTER,
        ("离座锁屏，三秒钟", "Lock your screen: three seconds"),
        (
            "离开座位前按下锁屏键。屏幕上的一行脱敏数据，也可能让旁人认出客户。",
            "Press the lock key before you leave your desk: one masked line may be enough to know a client.",
        ),
        [],
        "",
    ),
    (
        CampaignKind.CASE,
        ("每月案例：发错群的清单", "Case of the month: the list in the wrong chat"),
        (
            "客户名单误发到合作方的群里，两分钟内撤回，四人已下载。名单只在数据室内共享；出错先冻结再报告。",
            "A list went to a partner's chat; four people had it in two minutes. Lock first, then report.",
        ),
        [],
        "",
    ),
    (
        CampaignKind.LECTURE,
        ("讲座：尽调阶段怎样说话", "Lecture: how to speak during due diligence"),
        (
            "周四下午三点，会议室。四十分钟，附真实对话练习。口令在现场公布。",
            "Thursday, three o'clock, meeting room. Forty minutes, with practice. The word is said there.",
        ),
        ["agent", "deal_lead"],
        _WORD,
    ),
)


def make_campaigns(people: Mapping[str, User]) -> None:
    """Those that are there already stay as they are."""
    officer, other = (people[one.username] for one in OFFICERS[:2])
    staff = [person for person in people.values() if person.is_staff]
    if not PledgeRound.objects.exists():
        _pledge(other, staff)
    if not Campaign.objects.exists():
        _campaigns(officer, staff)
    if not PulseRound.objects.exists():
        _pulse(officer, staff)


def _pledge(officer: User, staff: list[User]) -> None:
    with acting_as(Origin(actor=officer.pk)):
        pledge = open_round(actor=officer, text_zh=FIRST_ZH, text_en=FIRST_EN)
    for person in staff:
        if person.username != AGENT.username:  # who still has time
            with acting_as(Origin(actor=person.pk)):
                text_hash = bytes(pledge.text_hash)
                sign(
                    actor=person,
                    pledge=pledge,
                    text_hash=text_hash,
                    typed_name=person.display_name,
                    language="zh-hans",
                )


def _campaigns(officer: User, staff: list[User]) -> None:
    today = timezone.localdate()
    for number, (kind, titles, texts, roles, word) in enumerate(_MADE):
        with acting_as(Origin(actor=officer.pk)):
            made = make(
                actor=officer,
                wanted=Wanted(
                    kind=kind,
                    title_zh=titles[0],
                    title_en=titles[1],
                    text_zh=texts[0],
                    text_en=texts[1],
                    roles=roles,
                    starts_on=today - timedelta(days=9 - 4 * number),
                    ends_on=today + timedelta(days=21),
                    word=word,
                ),
            )
        for person in staff[: 5 - 2 * number]:
            with acting_as(Origin(actor=person.pk)):
                see(actor=person, campaign=made)
                if word:
                    join(actor=person, campaign=made, word=word)


def _pulse(officer: User, staff: list[User]) -> None:
    """Over within a few minutes of the seeding, so that the demo has a report to show; the database takes no
    answer to a round that is over."""
    now = timezone.now()
    ends = now + timedelta(minutes=3)
    asked = PulseRound.objects.create(opens_at=ends - timedelta(days=14), closes_at=ends, opened_by=officer)
    for number, person in enumerate(staff):
        with acting_as(Origin(actor=person.pk)):
            values = {question: 3 + (number + question) % 3 for question in Question.values}
            pulse.answer(actor=person, pulse=asked, values=values)

"""Who gets in where: the numbers of the law, pledges, campaigns, the pulse, and why it matters."""

from datetime import date
from typing import Any

from django.utils import timezone

from people.headcount.models import Crossing, Mark
from people.pulse.models import Question
from tests.access_matrix import NOBODY, Row, World, who
from tests.people.campaigns.making import campaign, lecture
from tests.people.pledge.making import form, opened
from tests.people.posts.making import appointed
from tests.people.pulse.making import opened as asked

ALL = who("ada", "olivia", "otto", "ming", "lin", "lea", "bo", "ben", "sam", "aud")
STAFF = who("ada", "olivia", "otto", "ming", "lin", "lea")
OFFICERS = who("olivia", "otto")


def _crossed(world: World) -> None:
    appointed(world, world.olivia)
    world.crossing = Crossing.objects.create(
        mark=Mark.FILING, crossed_on=date(2026, 1, 5), count=1_000_000, due_on=date(2026, 2, 16)
    )


def _crossing(world: World) -> list[Any]:
    return [world.crossing.pk]


def _pledge(world: World) -> None:
    world.pledge = opened(world)


def _for_leads(world: World) -> None:
    world.campaign = campaign(world, roles=["deal_lead"])


def _lecture(world: World) -> None:
    world.campaign = lecture(world)


def _campaign(world: World) -> list[Any]:
    return [world.campaign.pk]


def _made(_: World) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    titles = {
        "title_zh": "离座锁屏",
        "title_en": "Lock it",
        "text_zh": "锁定屏幕。",
        "text_en": "Lock the screen.",
    }
    return {"kind": "poster", **titles, "starts_on": today, "ends_on": today}


def _opening(_: World) -> dict[str, Any]:
    return {"text_zh": "我承诺诚实守信，" * 8, "text_en": "I promise to be honest and to keep it. " * 3}


ROWS = [
    Row(url="people:headcount", who=OFFICERS, build=_crossed),
    Row(url="people:headcount_filing", state="reached", who=OFFICERS, build=_crossed, args=_crossing),
    Row(
        url="people:headcount_filing",
        state="reached",
        who=OFFICERS,
        build=_crossed,
        args=_crossing,
        method="post",
        data=lambda _: {"done_on": "2026-01-20", "number": "BA-12"},
    ),
    Row(url="people:pledge", state="none", who=STAFF),
    Row(url="people:pledge", state="open", who=STAFF, build=_pledge),
    Row(
        url="people:pledge",
        state="open",
        who=STAFF,
        build=_pledge,
        method="post",
        data=lambda world: form(world.pledge),
    ),
    Row(url="people:pledges", who=OFFICERS, build=_pledge),
    Row(url="people:pledges", who=OFFICERS, method="post", data=_opening),
    Row(url="people:campaigns_mine", who=STAFF, build=_lecture),
    Row(url="people:campaign", state="for leads", who=who("lea"), build=_for_leads, args=_campaign),
    Row(url="people:campaign", state="for all", who=STAFF, build=_lecture, args=_campaign),
    Row(
        url="people:campaign",
        state="for all",
        who=STAFF,
        build=_lecture,
        args=_campaign,
        method="post",
        data=lambda _: {"word": "sealed"},
    ),
    Row(url="people:campaigns", who=OFFICERS, build=_lecture),
    Row(url="people:campaign_new", who=OFFICERS),
    Row(url="people:campaign_new", who=OFFICERS, method="post", data=_made),
    Row(url="people:pulse", state="none", who=STAFF),
    Row(url="people:pulse", state="open", who=STAFF, build=asked),
    Row(
        url="people:pulse",
        state="open",
        who=STAFF,
        build=asked,
        method="post",
        data=lambda _: {f"q{question}": "3" for question in Question.values},
    ),
    Row(url="people:pulses", who=OFFICERS, build=asked),
    Row(url="people:pulses", who=OFFICERS, method="post", data=lambda _: {"days": "7"}),
    Row(url="people:why", who=ALL | {NOBODY}),
]

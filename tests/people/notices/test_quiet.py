"""Quiet hours and digests in any time zone, through every change of the clock; nothing twice or lost."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from people.notices.digests import gather_due
from people.notices.models import ByMail, Cadence, Digest, Message, Notice, NoticeSettings, State
from people.notices.preferences import Wanted, choose
from people.notices.quiet import MONDAY, is_quiet, next_digest, quiet_until
from people.notices.services import notify
from tests.cast import client_of
from tests.people.helpers import delivered

GROUPS = ("approvals", "access", "rooms", "work")
# With changes of the clock of an hour and of half an hour, at midnight, and none; a day that was left out.
ZONES = st.sampled_from(
    [
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Asia/Kolkata",
        "Pacific/Apia",
        "UTC",
    ]
)
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(MOMENTS, ZONES, CLOCKS, CLOCKS)
def test_what_comes_in_quiet_hours_waits_for_their_end_and_no_longer(
    moment: datetime, zone: str, start: time, end: time
) -> None:
    if start == end:
        return
    found = quiet_until(moment, zone, start, end)
    assert found >= moment
    assert not is_quiet(found, zone, start, end)
    if found == moment:
        return
    assert is_quiet(moment, zone, start, end)
    assert is_quiet(found - timedelta(seconds=30), zone, start, end)  # not a minute longer
    assert found - moment < timedelta(hours=25)


@given(MOMENTS, ZONES, st.integers(0, 23), st.booleans())
def test_the_next_digest_is_at_the_hour_and_never_missed(
    moment: datetime, zone: str, hour: int, weekly: bool
) -> None:
    found = next_digest(moment, zone, hour, weekly=weekly)
    assert found > moment
    wall = found.astimezone(ZoneInfo(zone))
    skipped = wall.hour != hour  # a clock put forward at that hour: then as if it had not been
    if skipped:
        before = (found - timedelta(hours=3)).astimezone(ZoneInfo(zone))
        assert before.utcoffset() != wall.utcoffset()
    else:
        assert not weekly or wall.weekday() == MONDAY
    assert found - moment <= timedelta(days=8 if weekly else 1, hours=25)
    assert next_digest(found - timedelta(microseconds=1), zone, hour, weekly=weekly) == found


@given(MOMENTS, ZONES, st.integers(0, 23))
def test_one_digest_follows_the_other_without_a_day_between(moment: datetime, zone: str, hour: int) -> None:
    first = next_digest(moment, zone, hour, weekly=False)
    second = next_digest(first, zone, hour, weekly=False)
    days = second.astimezone(ZoneInfo(zone)).date() - first.astimezone(ZoneInfo(zone)).date()
    # Apia left the 30th of December 2011 out: the clock went from the 29th to the 31st.
    assert days <= timedelta(days=2 if zone == "Pacific/Apia" else 1)
    assert second - first <= timedelta(hours=25)


def _choose(person: object, **more: object) -> None:
    wanted = {
        "mail": dict.fromkeys(GROUPS, ByMail.NOW),
        "sms": {},
        "quiet_from": None,
        "quiet_until": None,
        "cadence": Cadence.DAILY,
        "hour": 9,
    }
    choose(actor=person, wanted=Wanted(**wanted | more))  # type: ignore[arg-type]


def _all_day(person: object) -> None:
    """Quiet now, and for some hours more, whatever the clock shows."""
    now = timezone.localtime(timezone.now(), ZoneInfo("Asia/Shanghai"))
    start = (now - timedelta(hours=2)).time().replace(second=0, microsecond=0)
    _choose(person, quiet_from=start, quiet_until=(now + timedelta(hours=2)).time().replace(second=0))


@pytest.mark.django_db
def test_quiet_hours_hold_what_can_wait_and_security_breaks_them(people: SimpleNamespace) -> None:
    _all_day(people.olivia)
    notify("approval.asked", [people.olivia])
    notify("role.changed", [people.olivia])
    assert [one.subject for one in delivered()] == ["Sealroom: Your roles were changed"]
    Message.objects.filter(state=State.WAITING).update(due_at=timezone.now())  # as if it had failed before
    assert len(delivered()) == 1
    waiting = Message.objects.get(state=State.WAITING)
    assert timezone.now() < waiting.due_at < timezone.now() + timedelta(hours=3)
    NoticeSettings.objects.update(quiet_from=None, quiet_until=None)
    Message.objects.filter(state=State.WAITING).update(due_at=timezone.now())
    assert len(delivered()) == 2
    page = client_of(people.olivia).get(reverse("people:notice_settings")).content.decode()
    assert "in quiet hours as well" in page


@pytest.mark.django_db
def test_a_digest_says_how_many_of_what_once(people: SimpleNamespace) -> None:
    digest = dict.fromkeys(GROUPS, ByMail.DIGEST)
    _choose(people.olivia, mail=digest)
    for _again in range(3):
        notify("approval.asked", [people.olivia])
    notify("review.due", [people.olivia], key="one")
    assert delivered() == []
    assert gather_due() == 0  # its hour has not come
    NoticeSettings.objects.update(next_digest_at=timezone.now() - timedelta(minutes=1))
    assert gather_due() == 1
    assert gather_due() == 0
    [sent] = delivered()
    assert sent.subject == "Sealroom: your digest"
    assert "3 approval requests came for you" in sent.body
    assert "A review of access waits for you" in sent.body
    assert reverse("people:notices") in sent.body
    assert delivered() == [sent]
    assert NoticeSettings.objects.get().next_digest_at > timezone.now()


@pytest.mark.django_db
def test_what_comes_after_a_digest_is_in_the_next_one(people: SimpleNamespace) -> None:
    _choose(people.olivia, mail=dict.fromkeys(GROUPS, ByMail.DIGEST))
    for number in (1, 2):
        notify("approval.asked", [people.olivia])
        NoticeSettings.objects.update(next_digest_at=timezone.now() - timedelta(minutes=number))
        assert gather_due() == 1
    assert len(delivered()) == 2
    assert not Message.objects.filter(state=State.GATHERED).exists()


@pytest.mark.django_db
def test_an_empty_digest_and_one_of_a_closed_account_are_not_sent(people: SimpleNamespace) -> None:
    _choose(people.olivia, mail=dict.fromkeys(GROUPS, ByMail.DIGEST))
    _choose(people.otto, mail=dict.fromkeys(GROUPS, ByMail.DIGEST))
    notify("approval.asked", [people.otto])
    people.otto.is_active, people.otto.disabled_at = False, timezone.now()
    people.otto.save()
    NoticeSettings.objects.update(next_digest_at=timezone.now() - timedelta(minutes=1))
    assert gather_due() == 0
    assert not Digest.objects.exists()
    assert mail.outbox == []


@pytest.mark.django_db
def test_what_the_database_refuses(people: SimpleNamespace) -> None:
    now = timezone.now()
    digest = Digest.objects.create(person=people.olivia, due_at=now)
    notify("approval.asked", [people.olivia])
    assert Notice.objects.exists()
    Message.objects.create(digest=digest, channel="mail")
    wrong = [
        ("digest_once", lambda: Digest.objects.create(person=people.olivia, due_at=now)),
        ("message_digest_once", lambda: Message.objects.create(digest=digest, channel="mail")),
        (
            "message_told_in_digest",
            lambda: Message.objects.filter(notice__isnull=False).update(told_in=digest),
        ),
    ]
    for name, act in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()

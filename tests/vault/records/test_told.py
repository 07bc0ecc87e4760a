"""Whom the vault tells: of an export that is ready, and in the morning of what is due."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from people.notices.models import Notice
from tests.vault.disclosures.makers import fill, ready
from tests.vault.records.makers import add
from tests.vault.relations.makers import followup_of
from vault.records.models import ClientBook
from vault.relations.followups import telling
from vault.relations.followups.models import FollowUp

pytestmark = pytest.mark.django_db


def test_who_asked_for_an_export_is_told_once_that_it_is_ready(
    people: SimpleNamespace, book: ClientBook
) -> None:
    fill(book, 3)
    export = ready(people, people.lin)
    [notice] = Notice.objects.filter(kind="export.ready")
    assert (notice.person_id, notice.object_id) == (people.ming.pk, export.pk)


def _at(monkeypatch: pytest.MonkeyPatch, hour: int) -> datetime:
    moment = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=hour, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def _told() -> set[str]:
    return set(Notice.objects.filter(kind="followups.due").values_list("person__username", flat=True))


def test_follow_ups_are_told_in_the_morning_once_a_day(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    followup = followup_of(add(book), people.ming)
    moment = _at(monkeypatch, 7)
    FollowUp.objects.filter(pk=followup.pk).update(due_at=moment - timedelta(hours=1))
    assert telling.tell_due() == 0  # before their morning
    _at(monkeypatch, 9)
    telling.tell_due()
    telling.tell_due()
    assert _told() == {"ming"}
    assert Notice.objects.filter(kind="followups.due").count() == 1


def test_what_is_due_another_day_or_is_no_longer_theirs_is_not_told(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    followup = followup_of(add(book), people.ming)
    moment = _at(monkeypatch, 9)
    FollowUp.objects.filter(pk=followup.pk).update(due_at=moment + timedelta(days=1))
    assert telling.tell_due() == 0
    FollowUp.objects.filter(pk=followup.pk).update(due_at=moment, assigned=people.lin)
    assert telling.tell_due() == 0  # lin works in no book of ming's
    assert _told() == set()

"""Reminders 30 days, 7 days and 1 day before an undertaking ends: to its person, the lead, the company's
people."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.origin import Origin, acting_as
from deals.seals import ending as rooms
from people.duties import ending
from people.duties.ending import STEPS, step_of
from people.duties.models import NdaSignature
from people.duties.templates import in_force
from people.notices.models import Notice
from people.notices.tasks import send
from tests.deals.seals.making import bound, bound_since, revoked

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _origin(db: None) -> Iterator[None]:
    with acting_as(Origin()):
        yield


def _told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def _signed(world: Any, left: timedelta, *, person: Any = None) -> NdaSignature:
    template = in_force("buyer")
    assert template is not None
    NdaSignature.objects.filter(person=person or world.bo).update(
        revoked_at=timezone.now(), revoked_by=world.olivia
    )
    return NdaSignature.objects.create(
        person=person or world.bo,
        template=template,
        kind=template.kind,
        deal_id=world.deal.pk,
        language="en",
        text_hash=bytes(template.text_hash),
        typed_name="Bo",
        signed_at=timezone.now() - timedelta(days=200),
        access_expires_at=timezone.now() + left,
        duty_expires_at=timezone.now() + timedelta(days=900),
    )


@pytest.mark.parametrize(("days", "steps"), [(40, 0), (29, 1), (6, 1), (0.5, 1)])
def test_somebody_from_outside_and_the_lead_are_told_once_a_step(
    world: SimpleNamespace, days: float, steps: int
) -> None:
    _signed(world, timedelta(days=days))
    for _ in range(2):
        ending.tell_ending()
        rooms.tell_ending()
    assert _told("nda.ending") == ["bo"] * steps
    assert _told("nda.ending_soon") == ["lea"] * steps


def test_the_next_step_is_told_again(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    _signed(world, timedelta(days=29))
    began = timezone.now()
    for later in (timedelta(), timedelta(days=10), timedelta(days=23), timedelta(days=28, hours=2)):
        monkeypatch.setattr(timezone, "now", lambda later=later: began + later)
        ending.tell_ending()
    monkeypatch.undo()
    assert _told("nda.ending") == ["bo"] * 3


def test_the_mail_says_neither_deal_nor_company(world: SimpleNamespace) -> None:
    bound_since(world, timezone.now() - timedelta(days=170), timezone.now() + timedelta(days=6))
    _signed(world, timedelta(days=6))
    ending.tell_ending()
    rooms.tell_ending()
    mail.outbox.clear()
    send()
    mine = [one for one in mail.outbox if one.to == ["bo@example.test"]]
    assert mine
    for one in mine:
        assert "Acorn" not in str(one.body)
        assert "橡果" not in str(one.body)


def test_a_company_and_its_lead_are_told(world: SimpleNamespace) -> None:
    began = timezone.now() - timedelta(days=170)
    undertaking = bound_since(world, began, timezone.now() + timedelta(days=6))
    for _ in range(2):
        assert rooms.tell_ending() == 1
    assert _told("seal.ending") == ["bo", "lea"]
    bound(world)  # a later one: nothing is about to end
    Notice.objects.all().delete()
    assert rooms.tell_ending() == 0
    revoked(world, undertaking)
    assert rooms.tell_ending() == 0


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(timedelta(1), timedelta(days=400)))
def test_the_nearest_step_and_none_as_good_as_at_the_beginning(left: timedelta, lasts: timedelta) -> None:
    ends = NOW + left
    step = step_of(ends - lasts, ends, NOW)
    fit = [days for days in STEPS if timedelta() < left <= timedelta(days) and lasts > 2 * timedelta(days)]
    assert step == (min(fit) if fit else None)

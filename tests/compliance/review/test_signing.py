"""Signing a stretch off: what it was about, what came later, what nobody read."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from audit.query import LogFilter
from compliance.review.coverage import is_read, joined_up, view_code
from compliance.review.models import SignOff
from compliance.review.signing import standing_of
from tests.cast import cast, client_of
from tests.compliance.review.entries import reveal

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def stretch(**about: Any) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {name: str(value) for name, value in about.items()} | {"since": today, "until": today}


def signed(who: Any, asked: dict[str, str], **typed: str) -> HttpResponse:
    """As the officer does: the page, and its form."""
    browser, address = client_of(who), reverse("compliance:log_sign")
    page = browser.get(address, asked)
    if page.status_code != 200:
        return page
    said = {name: page.context[name] for name in ("upto", "digest")} | typed
    return browser.post(f"{address}?{page.context['address']}", said)


def test_a_sign_off_says_what_was_read_and_what_not(people: SimpleNamespace) -> None:
    client = uuid4()
    for _ in range(3):
        reveal(people.ming, client)
    asked = stretch(client=client, action="client.reveal")
    client_of(people.olivia).get(reverse("compliance:log"), asked)
    reveal(people.ming, client)
    answer = signed(people.olivia, asked)
    one = SignOff.objects.get()
    assert answer["Location"] == reverse("compliance:log_signed_one", args=[one.pk])
    assert (one.entries, one.explained, one.unread) == (4, 0, 1)
    [entry] = LogEntry.objects.filter(action=Action.LOG_SIGN, actor=people.olivia.pk)
    digest = bytes(one.digest).hex()
    assert entry.fields == ["count.4", "unread.1", f"digest.{digest[:32]}", f"digest_end.{digest[32:]}"]


def test_the_page_of_a_day_is_read_as_the_list_is(people: SimpleNamespace) -> None:
    reveal(people.ming, uuid4())
    client_of(people.olivia).get(reverse("compliance:log_today", args=[people.ming.pk]))
    signed(people.olivia, stretch(person=people.ming.pk))
    one = SignOff.objects.get()
    assert one.entries >= 1
    assert one.unread == 0


def test_what_another_officer_read_or_in_another_view_is_not_read(people: SimpleNamespace) -> None:
    client = uuid4()
    reveal(people.ming, client)
    asked = stretch(client=client, action="client.reveal")
    client_of(people.otto).get(reverse("compliance:log"), asked)
    client_of(people.olivia).get(reverse("compliance:log"), asked | {"result": "refused"})
    client_of(people.olivia).get(reverse("compliance:log_charts"), asked)
    signed(people.olivia, asked)
    assert SignOff.objects.get().unread == 1


def test_what_comes_later_is_said_and_does_not_break_the_sign_off(people: SimpleNamespace) -> None:
    client = uuid4()
    reveal(people.ming, client)
    signed(people.olivia, stretch(client=client, action="client.reveal"))
    one = SignOff.objects.get()
    assert (standing_of(one).same, standing_of(one).later) == (True, 0)
    reveal(people.ming, client)
    assert (standing_of(one).same, standing_of(one).later) == (True, 1)
    page = client_of(people.aud).get(reverse("compliance:log_signed_one", args=[one.pk])).content.decode()
    assert "1 entry of these days came after the signature" in page


def test_attack_another_log_than_the_signed_one_is_told(people: SimpleNamespace) -> None:
    client = uuid4()
    reveal(people.ming, client)
    signed(people.olivia, stretch(client=client, action="client.reveal"))
    one = SignOff.objects.get()
    one.digest = b"0" * 32  # as if an entry had been added, changed or taken away behind it
    assert not standing_of(one).same


def test_attack_signing_something_else_than_was_shown(people: SimpleNamespace) -> None:
    client = uuid4()
    reveal(people.ming, client)
    asked = stretch(client=client, action="client.reveal")
    for typed in ({"digest": "00" * 32}, {"digest": "no hex"}, {"upto": "soon"}, {"upto": "2026-01-01"}):
        signed(people.olivia, asked, **typed)
    assert not SignOff.objects.exists()


def test_attack_nobody_signs_off_their_own_day(people: SimpleNamespace) -> None:
    signed(people.olivia, stretch(person=people.olivia.pk))
    assert not SignOff.objects.exists()
    signed(people.otto, stretch(person=people.olivia.pk))
    assert SignOff.objects.count() == 1


@pytest.mark.parametrize(
    "asked", [{}, {"since": "2026-01-01"}, {"since": "2999-01-01", "until": "2999-01-02"}]
)
def test_a_stretch_has_two_ends_in_the_past(people: SimpleNamespace, asked: dict[str, str]) -> None:
    answer = client_of(people.olivia).get(reverse("compliance:log_sign"), asked)
    assert answer["Location"].startswith(reverse("compliance:log"))
    assert not SignOff.objects.exists()


def test_the_table_keeps_sign_offs_as_they_are(people: SimpleNamespace) -> None:
    signed(people.olivia, stretch(result="refused"))
    one = SignOff.objects.get()
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        SignOff.objects.update(unread=0)
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        one.delete()


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"address": "x"}, "sign_off_holds_filters"),
        ({"until": timezone.now() + timedelta(days=9)}, "sign_off_of_what_was"),
        ({"entries": 1, "unread": 2}, "sign_off_counts"),
    ],
)
def test_the_table_refuses_what_cannot_be(people: SimpleNamespace, wrong: dict[str, Any], name: str) -> None:
    now = timezone.now()
    values: dict[str, Any] = {"officer": people.olivia, "address": "hour=1", "digest": b"0" * 32}
    values |= {"since": now - timedelta(days=1), "until": now, "entries": 1, "explained": 0, "unread": 0}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SignOff.objects.create(**(values | {"signed_at": now} | wrong))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=8), st.integers(0, 50))
def test_joined_up_intervals_cover_the_same(pairs: list[tuple[int, int]], point: int) -> None:
    start = timezone.now()
    at = [(start + timedelta(hours=first), start + timedelta(hours=first + long)) for first, long in pairs]
    moment = start + timedelta(hours=point)
    joined = joined_up(at)
    assert is_read(moment, joined) == is_read(moment, at)
    assert all(one[1] < other[0] for one, other in pairwise(joined))


def test_the_code_of_a_view_is_of_all_its_filters() -> None:
    view = LogFilter()
    others = [
        *(replace(view, **{name: uuid4()}) for name in ("person", "subject", "deal", "object_id", "request")),
        *(replace(view, hour=0), replace(view, weekday=1), replace(view, since=timezone.now())),
        replace(view, actions=(Action.CLIENT_REVEAL,)),
    ]
    assert len({view_code(one) for one in (view, *others)}) == len(others) + 1

"""The pages of a run, as people walk through them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.destruction.models import DestructionRun, RunState
from tests.cast import client_of
from tests.compliance import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    people = world.people()
    book = world.book_of(people["ming"])
    world.clients_in(book, people["ming"], 3, age=world.LONG_AGO)
    world.rule_of(people["olivia"])
    return people


def test_from_due_to_the_approval_request(everybody) -> None:
    browser = client_of(everybody["olivia"])
    answer = browser.post(reverse("compliance:destruction_propose"))
    run = DestructionRun.objects.get()
    assert answer["Location"] == reverse("compliance:destruction_run", args=[run.pk])
    page = browser.get(answer["Location"])
    digest = page.context["form"].initial["digest"]
    answer = browser.post(
        reverse("compliance:destruction_ask", args=[run.pk]),
        {"digest": digest, "reason": "The purpose has ended."},
    )
    run.refresh_from_db()
    assert run.state == RunState.REQUESTED
    assert answer["Location"] == reverse("people:approval", args=[run.approval_id])


def test_the_run_page_shows_numbers_and_no_plaintext(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    page = client_of(everybody["olivia"]).get(reverse("compliance:destruction_run", args=[run.pk]))
    text = page.content.decode()
    for item in run.items.all():
        assert str(item.client_id) in text
    assert page.context["books"] == [("Walk-ins", 3)]


def test_a_stale_page_asks_for_nothing(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    browser = client_of(everybody["olivia"])
    for digest in ("0" * 64, "x"):
        browser.post(
            reverse("compliance:destruction_ask", args=[run.pk]), {"digest": digest, "reason": "It is over."}
        )
    run.refresh_from_db()
    assert run.state == RunState.PROPOSED


def test_the_auditor_sees_and_does_nothing(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    browser = client_of(everybody["aud"])
    assert browser.get(reverse("compliance:destruction_run", args=[run.pk])).context["form"] is None
    assert browser.post(reverse("compliance:destruction_ask", args=[run.pk])).status_code == 404


def test_i8_the_run_page_costs_the_same_for_3_and_300(everybody) -> None:
    browser, counts = client_of(everybody["olivia"]), []
    run = world.proposed(everybody["olivia"])
    book = world.book_of(everybody["lin"], "More")
    for more in (0, 300):
        if more:
            world.clients_in(book, everybody["lin"], more, age=world.LONG_AGO)
            world.proposed(everybody["olivia"])
        with CaptureQueriesContext(connection) as caught:
            browser.get(reverse("compliance:destruction_run", args=[run.pk]))
        counts.append(len(caught))
    assert counts[0] == counts[1]

"""The day's page: what is due for each role, and nothing for the others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from people import today
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from people.roles.builtin import RoleCode
from people.roles.services import grant_role
from people.today import DueItem, Urgency, due_for
from tests.cast import client_of, person
from tests.compliance import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    return world.people()


def urls(user) -> list[str]:
    return [item.url for item in due_for(user)]


def make_due(everybody):
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 3, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    return world.proposed(everybody["olivia"])


def test_a_calm_day_says_so(everybody) -> None:
    page = client_of(everybody["lin"]).get(reverse("compliance:today"))
    assert page.status_code == 200
    assert page.context["due"] == []


def test_the_officer_sees_what_is_proposed_and_what_waits_for_a_word(everybody) -> None:
    run = make_due(everybody)
    proposed = reverse("compliance:destruction_run", args=[run.pk])
    # Other slices have their own lines: a root key without a recovery copy, a book without a notice.
    assert urls(everybody["olivia"])[0] == proposed
    world.asked(run, everybody["olivia"])
    assert proposed not in urls(everybody["olivia"])
    assert urls(everybody["otto"])[0] == reverse("people:approvals")
    assert urls(everybody["ming"]) == []


def test_the_administrator_sees_roles_that_wait(everybody) -> None:
    newcomer = person("newcomer")
    with acting_as(Origin(actor=everybody["ada"].pk)):
        grant_role(actor=everybody["ada"], person=newcomer, role=RoleCode.AGENT, reason="New here.")
    assert urls(everybody["ada"]) == [reverse("people:roles")]
    assert urls(everybody["otto"])[0] == reverse("people:approvals")


def test_whoever_has_not_signed_is_told_first(everybody) -> None:
    signature = NdaSignature.objects.get(person=everybody["lin"])
    with acting_as(Origin(actor=everybody["olivia"].pk)):
        revoke_nda(actor=everybody["olivia"], signature=signature)
    [item] = due_for(everybody["lin"])
    assert (item.url, item.urgency) == (reverse("people:duties"), Urgency.NOW)


def test_an_overdue_review_is_due(everybody) -> None:
    world.rule_of(everybody["olivia"], next_review=timezone.localdate() - timedelta(days=1))
    assert urls(everybody["otto"]) == [reverse("compliance:retention"), reverse("people:training_tracks")]


def test_outside_people_go_to_their_own_pages(everybody) -> None:
    assert client_of(everybody["aud"]).get("/")["Location"] == reverse("compliance:log")
    assert client_of(everybody["bo"]).get("/")["Location"] == reverse("deals:rooms")


def test_what_counts_nothing_is_not_shown(everybody, monkeypatch) -> None:
    items = [
        DueItem(label="later", count=1, url="/a", urgency=Urgency.LATER),
        DueItem(label="none", count=0, url="/b"),
        DueItem(label="now", count=1, url="/c", urgency=Urgency.NOW),
    ]
    monkeypatch.setattr(today, "_providers", [lambda user: items])
    assert urls(everybody["lin"]) == ["/c", "/a"]


@pytest.mark.parametrize("name", ["olivia", "ming", "ada"])
def test_i8_the_day_costs_the_same_on_a_busy_day(everybody, name) -> None:
    browser, counts = client_of(everybody[name]), []
    run = make_due(everybody)
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            browser.get(reverse("compliance:today"))
        counts.append(len(caught))
        book = world.book_of(everybody["lin"], "More")
        world.clients_in(book, everybody["lin"], 50, age=world.LONG_AGO)
        assert world.proposed(everybody["olivia"]).pk == run.pk
    assert counts[0] == counts[1]

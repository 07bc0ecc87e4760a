"""The page of a firm says how each thing that it needs stands."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from people.partners import subprocessing
from people.partners.models import Partner, PartnerContact
from people.partners.scoring import Answer
from people.partners.subprocessing import Named
from tests.cast import client_of
from tests.people.helpers import approve
from tests.people.partners.making import (
    agreed,
    answered,
    asked,
    in_force,
    overdue,
    passed,
    recorded,
    with_contact,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def _needs(people: SimpleNamespace, firm: Partner) -> list[tuple[str, str]]:
    page = client_of(people.olivia).get(reverse("people:partner", args=[firm.pk]))
    return [(need.word, need.tone) for need in page.context["needs"]]


def test_a_new_firm_lacks_everything(people: SimpleNamespace) -> None:
    missing = ("Missing", "bad")
    assert _needs(people, recorded(people)) == [missing] * 4 + [("None named", "good")]


def test_each_step_is_seen(people: SimpleNamespace) -> None:
    firm = recorded(people)
    answered(people, firm, Answer.PARTLY)
    assert _needs(people, firm)[0] == ("Failed", "bad")
    answered(people, firm)
    assert _needs(people, firm)[0] == ("To be looked at", "wait")
    passed(people, firm)
    agreed(people, firm, days=10)
    contact = with_contact(people, firm)
    subprocessing.name_one(
        partner=firm, named=Named(name="Cloud Box", does="keeps files", abroad=False), by=people.lea
    )
    assert _needs(people, firm) == [
        ("Passed", "good"),
        ("Ends soon", "wait"),
        ("Can be reached", "good"),
        ("Missing", "bad"),
        ("1 to decide on", "wait"),
    ]
    long_ago = timezone.now() - timedelta(days=340)
    PartnerContact.objects.filter(pk=contact.pk).update(tested_at=long_ago, answered_at=long_ago)
    assert _needs(people, firm)[2] == ("To be tested again", "wait")
    PartnerContact.objects.filter(pk=contact.pk).update(tested_at=timezone.now())
    assert _needs(people, firm)[2] == ("Has not answered", "wait")


def test_a_firm_in_force_and_one_that_is_overdue(people: SimpleNamespace) -> None:
    firm = in_force(people)
    one = subprocessing.name_one(
        partner=firm, named=Named(name="Cloud Box", does="keeps files", abroad=False), by=people.lea
    )
    approve(
        people.olivia,
        subprocessing.put_forward(actor=people.lea, subprocessor_id=one.pk, reason="known to us"),
    )
    assert _needs(people, firm) == [
        ("Passed", "good"),
        ("Checked", "good"),
        ("Can be reached", "good"),
        ("Held", "good"),
        ("1 agreed to", "good"),
    ]
    overdue(people, firm)
    assert _needs(people, firm)[3] == ("Overdue", "bad")


def test_a_page_costs_the_same_with_more_of_everything(people: SimpleNamespace) -> None:
    firm = in_force(people)
    browser, page = client_of(people.olivia), reverse("people:partner", args=[firm.pk])

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            assert browser.get(page).status_code == 200
        return len(asked_for)

    for number in range(2):
        named = Named(name=f"Cloud {number}", does="keeps files", abroad=False)
        one = subprocessing.name_one(partner=firm, named=named, by=people.lea)
        subprocessing.put_forward(actor=people.lea, subprocessor_id=one.pk, reason="known to us")
        if number == 0:
            first = cost()
    asked(people, firm)
    agreed(people, firm, days=200)
    assert cost() == first

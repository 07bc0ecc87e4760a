"""What is not there for an auditor is asked for where their audit asks: the "not found" page leads to it."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from compliance.outside import planning
from people.accounts.models import User
from tests.cast import client_of, signed
from tests.compliance.outside import making
from tests.vault.records.makers import acting

pytestmark = pytest.mark.django_db

BUTTON = reverse("people:ask_access")


def not_found(user: User) -> str:
    answer = client_of(user).get(reverse("deals:rooms"))
    missing = client_of(user).get("/nothing/is/here/")
    assert missing.status_code == 404
    page = missing.content.decode()
    if answer.status_code == 404:  # what is there and not for them says the same
        assert (BUTTON in answer.content.decode()) == (BUTTON in page)
    return page


def test_it_leads_to_the_requests_of_the_audit(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    page = not_found(seat.person)
    asking = reverse("compliance:seat_requests", args=[seat.audit_id])
    assert f'href="{asking}"' in page
    assert BUTTON not in page
    browser = client_of(seat.person)
    assert browser.get(asking).status_code == 200
    assert browser.post(BUTTON).status_code == 404  # the other way stays shut


def test_of_two_audits_it_leads_to_both(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    other = making.agreed(people, firm_code=making.firm_code(2))
    assert other.lead == seat.person
    signed(making.come(other), deal_id=other.pk, kind="auditor")
    page = not_found(seat.person)
    assert f'href="{reverse("compliance:seats")}"' in page
    assert BUTTON not in page


def test_with_no_open_seat_nothing_is_offered(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    with acting(people.olivia):
        planning.end(actor=people.olivia, audit_id=seat.audit_id)
    page = not_found(seat.person)
    assert BUTTON not in page
    assert "Ask for evidence" not in page


@pytest.mark.parametrize("name", ["ming", "bo"])
def test_everybody_else_asks_by_the_button(people: SimpleNamespace, name: str) -> None:
    assert BUTTON in not_found(getattr(people, name))

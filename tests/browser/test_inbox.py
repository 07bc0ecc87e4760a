"""The inbox of approvals by keys alone: they walk, and decide nothing."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from audit.origin import Origin, acting_as
from people.approvals.models import ApprovalRequest, State
from people.roles.models import RoleCode
from people.roles.services import grant_role
from tests.browser.chromium import axe_violations, overflow
from tests.cast import cast, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        found = SimpleNamespace(**cast())
    with acting_as(Origin(actor=found.ada.pk)):
        for name in ("nora", "nils"):
            grant_role(actor=found.ada, person=person(name), role=RoleCode.AGENT, reason="joins the team")
    return found


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_keys_walk_and_decide_nothing(
    people: SimpleNamespace, sign_in: Callable[..., Page], phone: bool
) -> None:
    page = sign_in(people.olivia, language="en", phone=phone)
    page.goto("/approvals/")
    assert axe_violations(page) == []
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("1 of 2 that wait for you")
    first = page.url
    assert axe_violations(page) == []
    assert overflow(page) <= 0
    page.keyboard.press("j")
    expect(page.locator("main")).to_contain_text("2 of 2 that wait for you")
    assert page.url != first
    page.keyboard.press("r")
    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.type("jk")  # typed words are no keys
    expect(page.locator("main")).to_contain_text("2 of 2 that wait for you")
    page.locator("[name=reason]").blur()
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("u")
    page.wait_for_url("**/approvals/")
    assert ApprovalRequest.objects.filter(state=State.PENDING).count() == 2

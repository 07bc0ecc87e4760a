"""The follow-ups of the day in a real browser: by keys alone, without scripts, on a dark phone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_violations, overflow
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, add
from tests.vault.relations.makers import company_in, followup_of, person_in, said_to, share
from vault.records.models import ClientBook
from vault.relations.communications.models import Communication

__all__ = ["book", "people"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]
SHOWN = "13800138000"


def test_one_key_calls_enter_notes_and_the_number_is_gone(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn
) -> None:
    client = add(book, ZHANG)
    followup_of(client, people.ming, note="问定金")
    page = sign_in(people.ming)
    page.goto(reverse("vault:followups"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".call-number")).to_have_text(SHOWN)
    assert page.locator(".call-number").get_attribute("href") == "tel:+8613800138000"
    assert axe_violations(page) == []
    page.keyboard.press("Tab")  # from the outcome, where the focus is, to the words
    page.keyboard.type("约周五看资料")
    page.keyboard.press("Enter")
    expect(page.locator(".call-noted")).to_be_visible()
    assert SHOWN not in page.content()
    assert Communication.objects.count() == 1

    phone = sign_in(people.ming, dark=True, phone=True, language="en")
    company = company_in(book)
    share(company, person_in(book), people.ming, "33.3")
    said_to(client, people.ming)
    followup_of(client, people.ming)
    for name, args in (
        ("vault:followups", []),
        ("vault:client_followups", [client.pk]),
        ("vault:communications", [client.pk]),
        ("vault:people", [company.pk]),
        ("vault:people_add", [company.pk]),
        ("vault:service", [client.pk]),
        ("vault:figures", []),
        ("vault:client", [company.pk]),
    ):
        phone.goto(reverse(name, args=args))
        assert axe_violations(phone) == [], name
        assert overflow(phone) <= 0, name

    plain = sign_in(people.ming, javascript=False)
    plain.goto(reverse("vault:followups"))
    plain.get_by_role("button", name="拨打").click()
    expect(plain.locator(".call-number")).to_have_text(SHOWN)
    plain.get_by_role("button", name="登记通话").click()
    expect(plain.get_by_text("通话已登记，电话已恢复脱敏。")).to_be_visible()

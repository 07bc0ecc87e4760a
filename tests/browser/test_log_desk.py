"""The log desk in a real browser: charts under the content policy, entries beside the list, keys alone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from audit.origin import Origin, acting_as
from tests.browser.chromium import axe_violations, overflow, path_of
from tests.compliance.review.entries import reveal
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import add
from tests.vault.relations.makers import followup_of
from vault.records.models import Client, ClientBook
from vault.relations.followups.services import call

__all__ = ["book", "people"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]
MASK = "138****8000"


def looked(people: SimpleNamespace, book: ClientBook) -> Client:
    """Three reveals that nothing explains, and a call that its follow-up does."""
    client = add(book)
    for _ in range(3):
        reveal(people.ming, client.pk)
    followup = followup_of(client, people.ming)
    with acting_as(Origin(actor=people.ming.pk, request=client.pk)):
        call(actor=people.ming, followup_id=followup.pk)
    return client


def test_by_keys_alone(people: SimpleNamespace, book: ClientBook, sign_in: SignIn) -> None:
    client = looked(people, book)
    page, drawer = sign_in(people.olivia, language="en"), "#drawer"
    page.goto(f"{reverse('compliance:log')}?client={client.pk}&action=client.reveal")
    expect(page.locator(".chart:has(canvas)")).to_have_count(2)  # drawn, and the policy refused nothing
    expect(page.locator(".log-fold summary")).to_have_text("1 entry explained by a follow-up")
    expect(page.locator(".row-link")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(f"{drawer} .drawer-head h2")).to_be_visible()
    first = page.locator(f"{drawer} .proof code").first.text_content()
    assert axe_violations(page) == []
    page.keyboard.press("j")  # the next entry takes its place; the list stays where it is
    expect(page.locator(f"{drawer} .proof code").first).not_to_have_text(first or "")
    assert path_of(page) == reverse("compliance:log")
    page.keyboard.press("Enter")
    expect(page.locator(f"{drawer} .drawer-head h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(drawer)).to_be_hidden()
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator("#id_person")).to_be_focused()


def test_a_mask_is_shown_on_a_click_beside_the_list(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn
) -> None:
    client = looked(people, book)
    page = sign_in(people.olivia, language="en", dark=True)
    page.goto(f"{reverse('compliance:log')}?client={client.pk}&action=client.reveal")
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="Show masks").click()
    expect(page.locator("#drawer .subject-masks")).to_contain_text(MASK)
    assert path_of(page) == reverse("compliance:log")
    assert axe_violations(page) == []


def test_without_scripts_everything_is_a_page(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn
) -> None:
    client = looked(people, book)
    page = sign_in(people.olivia, language="en", javascript=False)
    page.goto(f"{reverse('compliance:log')}?client={client.pk}&action=client.reveal")
    page.get_by_role("link", name="When it happened").click()
    expect(page.locator("#chart-hours tbody tr")).to_have_count(7)
    expect(page.locator("#chart-days tbody tr")).to_have_count(30)
    page.go_back()
    page.locator(".row-link").first.click()
    expect(page.locator("h1")).to_contain_text("revealed the plaintext")
    page.get_by_role("button", name="Show masks").click()
    expect(page.locator(".subject-masks")).to_contain_text(MASK)


def test_on_a_phone_the_filters_fold_and_say_what_is_set(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn
) -> None:
    client = looked(people, book)
    page = sign_in(people.olivia, phone=True, dark=True)
    page.goto(f"{reverse('compliance:log')}?client={client.pk}&action=client.reveal")
    expect(page.locator("#id_person")).to_be_hidden()
    expect(page.locator(".filters-fold .chip")).to_have_count(2)
    page.locator(".filters-fold > summary").click()
    expect(page.locator("#id_person")).to_be_visible()
    page.locator("#id_result").select_option("refused")
    page.locator(".filters-buttons button").click()
    expect(page.locator(".filters-fold .chip")).to_have_count(3)
    for name, args in (
        ("compliance:log_client", [client.pk]),
        ("compliance:log_today", [people.ming.pk]),
        ("compliance:log_signed", []),
        ("compliance:log_samples", []),
        ("compliance:asked", []),
        ("compliance:log_charts", []),
    ):
        page.goto(reverse(name, args=args))
        assert axe_violations(page) == [], name
        assert overflow(page) <= 0, name

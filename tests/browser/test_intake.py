"""Intake as an agent does it: paste, look, Enter. The work is counted in keys and requests."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_violations, overflow
from tests.vault.records.conftest import book, people
from vault.records.models import Client, ClientBook

__all__ = ["book", "people"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]
MESSAGE = "你好，我是李小明，电话 138 0013 8000，微信同号😀\n想收购一家有资质的公司"


def test_two_keys_and_two_requests_take_a_client_in(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn
) -> None:
    page = sign_in(people.ming)
    page.goto(reverse("vault:intake"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method) if request.method == "POST" else None)
    # The field waits for the text: no click, no tab. A paste is one `input` event, as `insert_text` makes.
    page.keyboard.insert_text(MESSAGE)
    expect(page.locator("[name=phone]")).to_have_value("+8613800138000")
    expect(page.locator("[name=name]")).to_have_value("李小明")
    assert axe_violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已录入")).to_be_visible()
    assert asked == ["POST", "POST"]  # reading, saving
    assert axe_violations(page) == []
    assert Client.objects.count() == 1


def test_the_same_without_scripts_on_a_phone(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn
) -> None:
    page = sign_in(people.ming, javascript=False, phone=True, dark=True)
    page.goto(reverse("vault:intake"))
    page.locator("[name=message]").fill(MESSAGE)
    page.get_by_role("button", name="识别内容").click()
    assert page.locator("[name=phone]").input_value() == "+8613800138000"
    assert overflow(page) <= 0
    page.get_by_role("button", name="封存并保存").click()
    page.get_by_role("heading", name="已录入").wait_for()
    assert "加密保管" in page.locator("#reply").input_value()
    assert Client.objects.count() == 1

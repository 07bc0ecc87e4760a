"""The shell in a real browser: keys, menus, themes without scripts, phones, and axe on both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from people.navigation import Area
from people.roles.builtin import RoleCode
from tests.browser.chromium import axe_violations, overflow, path_of
from tests.browser.conftest import Site
from tests.cast import PASSWORD, code_of, fixed_rows, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]
NOWHERE = "/there-is-no-such-page/"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sign_in_page_is_accessible_everywhere(
    live_site: Site, dark: bool, phone: bool, language: str
) -> None:
    page = live_site.open(dark=dark, phone=phone, language=language)
    page.goto("/account/login/")
    assert page.get_by_role("heading", level=1).inner_text() == (
        "登录" if language == "zh-hans" else "Sign in"
    )
    assert axe_violations(page) == []
    assert overflow(page) <= 0


def test_signing_in_works_without_scripts_and_with_the_keyboard_alone(live_site: Site) -> None:
    fixed_rows()
    lin = person("lin", role=RoleCode.AGENT)
    page = live_site.open(javascript=False)
    page.goto("/account/login/")
    page.locator("input[name=login]").focus()
    page.keyboard.type("lin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/code/")
    page.keyboard.type(code_of(lin))  # the field has the focus already
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/" not in url)


def test_the_theme_and_the_language_change_without_scripts(live_site: Site) -> None:
    page = live_site.open(javascript=False)
    page.goto("/account/login/")
    assert page.locator("html").get_attribute("data-bs-theme") is None
    page.locator("details.menu > summary").first.click()
    page.get_by_role("button", name="深色").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.locator("details.menu > summary").first.click()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert path_of(page) == "/account/login/"


def test_the_automatic_theme_follows_the_system(live_site: Site) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    seen = []
    for dark in (False, True):
        page = live_site.open(dark=dark)
        page.goto("/account/login/")
        seen.append(page.evaluate(colour))
    assert seen[0] != seen[1]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_frame_of_a_signed_in_page_is_accessible(sign_in: SignIn, dark: bool, phone: bool) -> None:
    fixed_rows()
    page = sign_in(person("olivia", role=RoleCode.COMPLIANCE_OFFICER), dark=dark, phone=phone)
    page.goto(NOWHERE)
    expect(page.get_by_role("heading", level=1)).to_have_text("页面不存在，或您无权查看")
    page.locator(".tool-me").click()
    assert axe_violations(page) == []
    assert overflow(page) <= 0


def test_the_first_tab_stop_skips_to_the_content(sign_in: SignIn) -> None:
    fixed_rows()
    page = sign_in(person("lin", role=RoleCode.AGENT))
    page.goto(NOWHERE)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_menus_close_on_escape_and_on_a_click_outside(sign_in: SignIn) -> None:
    fixed_rows()
    page = sign_in(person("lin", role=RoleCode.AGENT))
    page.goto(NOWHERE)
    menu, summary = page.locator("details.menu").last, page.locator(".tool-me")
    summary.click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_signing_out_is_a_form_in_the_menu(sign_in: SignIn) -> None:
    fixed_rows()
    page = sign_in(person("lin", role=RoleCode.AGENT))
    page.goto(NOWHERE)
    page.locator(".tool-me").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/account/login/**")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_on_a_phone_one_button_opens_every_group_of_the_rail(sign_in: SignIn, javascript: bool) -> None:
    fixed_rows()
    officer = person("olivia", role=RoleCode.COMPLIANCE_OFFICER)
    page = sign_in(officer, language="en", phone=True, javascript=javascript)
    page.goto("/compliance/retention/")
    rail, more = page.locator(".rail"), page.locator(".rail-more > summary")
    shown = rail.locator("a.rail-link:visible")
    assert shown.count() <= 5  # the bar: a few of the first group, and where one is
    expect(rail.locator("a[aria-current=page]")).to_be_visible()
    expect(rail.locator("summary.rail-title").first).to_be_hidden()
    more.focus()
    page.keyboard.press("Enter")
    expect(rail.locator("summary.rail-title:visible")).to_have_count(len(Area) - 1)
    rail.get_by_text("Rules and duties", exact=True).click()
    expect(rail.get_by_role("link", name="Training")).to_be_visible()
    if javascript:
        assert axe_violations(page) == []
    assert overflow(page) <= 0
    rail.get_by_role("link", name="Training").click()
    page.wait_for_url("**/people/training/")
    expect(page.locator("summary.rail-title").first).to_be_hidden()


def test_the_opened_rail_of_a_phone_closes_on_escape_and_on_a_tap_outside(sign_in: SignIn) -> None:
    fixed_rows()
    page = sign_in(person("olivia", role=RoleCode.COMPLIANCE_OFFICER), phone=True)
    page.goto(NOWHERE)
    more, button = page.locator(".rail-more"), page.locator(".rail-more > summary")
    button.click()
    expect(more).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", "")
    expect(button).to_be_focused()
    button.click()
    page.locator("h1").click()
    expect(more).not_to_have_attribute("open", "")


def test_the_groups_of_a_long_rail_open_with_the_keyboard(sign_in: SignIn) -> None:
    fixed_rows()
    page = sign_in(person("olivia", role=RoleCode.COMPLIANCE_OFFICER), language="en", javascript=False)
    page.goto("/log/")
    rail = page.locator(".rail")
    expect(rail.get_by_role("link", name="Log", exact=True)).to_have_attribute("aria-current", "page")
    lid = rail.get_by_text("Data and keys", exact=True)
    expect(rail.get_by_role("link", name="Destruction")).to_be_hidden()
    lid.focus()
    page.keyboard.press("Enter")
    expect(rail.get_by_role("link", name="Destruction")).to_be_visible()
    expect(rail.get_by_role("link", name="Log", exact=True)).to_be_visible()

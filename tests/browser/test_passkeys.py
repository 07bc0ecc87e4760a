"""Passkeys in a real Chromium, whose virtual authenticator is a phone with a fingerprint reader."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from audit.origin import Origin, acting_as
from tests.browser.chromium import axe_violations, overflow, path_of
from tests.browser.conftest import Site
from tests.cast import PASSWORD, cast, code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADD = "/me/sign-in/passkey/"
Phone = tuple[Page, CDPSession, str]


@pytest.fixture
def people(transactional_db: None, live_server: LiveServer, settings: Any) -> SimpleNamespace:
    settings.PUBLIC_ADDRESS = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


@pytest.fixture
def phone(live_site: Site, people: SimpleNamespace, sign_in: Callable[..., Page]) -> Phone:
    """A window of ming's with a passkey that its device has, the device, and its id in the browser."""
    page = sign_in(people.ming, language="en")
    device, name = authenticator(page)
    confirm(page, people)
    page.goto(ADD)
    page.locator("[name=name]").fill("My phone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.locator("h1")).to_have_text("Keep these recovery codes")
    return page, device, name


def authenticator(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable", {"enableUI": False})
    made = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return device, made["authenticatorId"]


def confirm(page: Page, people: SimpleNamespace) -> None:
    page.goto("/account/reauthenticate/?next=/me/sign-in/")
    with acting_as(Origin()):
        code = code_of(people.ming)
    page.locator("[name=step_up_code]").fill(code)
    page.get_by_role("button", name="Confirm and go on").click()
    page.wait_for_url("**/me/sign-in/")


def sign_out(page: Page) -> None:
    page.locator("details.menu summary.tool-me").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")


def test_from_the_first_passkey_to_a_sign_in_without_a_password(
    phone: Phone, people: SimpleNamespace
) -> None:
    page, device, name = phone
    page.goto("/me/sign-in/")
    expect(page.locator("main")).to_contain_text("My phone")
    assert axe_violations(page) == []
    kept = device.send("WebAuthn.getCredentials", {"authenticatorId": name})["credentials"]
    assert [one["rpId"] for one in kept] == ["localhost"]
    sign_out(page)
    page.goto("/account/login/?next=/me/duties/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/me/duties/")
    row = Authenticator.objects.get(user=people.ming, type="webauthn")
    assert row.last_used_at is not None
    assert row.data["counter"] > 0
    page.goto("/me/sessions/")
    expect(page.locator("main")).to_contain_text("Chrome on Linux")
    expect(page.locator("main")).to_contain_text("Passkey")


def test_as_the_second_step_and_as_a_step_up(phone: Phone, people: SimpleNamespace) -> None:
    page, _device, _name = phone
    page.goto("/me/sign-in/")
    sign_out(page)
    page.locator("[name=login]").fill("ming")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account/code/")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/me/sign-in/")
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator("h1")).to_have_text("Confirm who you are")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1")).to_have_text("Keep these recovery codes")


def test_removed_it_opens_nothing(phone: Phone, people: SimpleNamespace) -> None:
    page, _device, _name = phone
    row = Authenticator.objects.get(user=people.ming, type="webauthn")
    page.goto(f"/me/sign-in/{row.pk}/remove/")
    expect(page.locator("main")).to_contain_text("My phone")
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/me/sign-in/")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("main")).to_contain_text("The passkey was not accepted")
    assert path_of(page) == "/account/login/"


def test_attack_a_device_that_does_not_verify_its_user(
    live_site: Site, people: SimpleNamespace, sign_in: Callable[..., Page]
) -> None:
    page = sign_in(people.ming, language="en")
    authenticator(page, verified=False)
    confirm(page, people)
    page.goto(ADD)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert not Authenticator.objects.filter(user=people.ming, type="webauthn").exists()


def test_a_device_without_one_says_so_and_the_password_still_works(
    live_site: Site, people: SimpleNamespace
) -> None:
    page = live_site.open(language="en", phone=True)
    authenticator(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert overflow(page) <= 0
    assert axe_violations(page) == []
    page.locator("[name=login]").fill("ming")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account/code/")


@pytest.mark.parametrize("address", ["/account/login/", ADD])
def test_without_javascript_no_button_leads_nowhere(
    live_site: Site, people: SimpleNamespace, sign_in: Callable[..., Page], address: str
) -> None:
    page = sign_in(people.ming, language="en", javascript=False)
    if address == "/account/login/":
        page.context.clear_cookies(name="session")
    else:
        confirm(page, people)
    page.goto(address)
    expect(page.locator("[data-passkey]")).to_be_hidden()
    other_way = page.get_by_role("button", name="Sign in", exact=True).or_(
        page.get_by_role("link", name="Use an authenticator app instead")
    )
    expect(other_way).to_be_visible()

"""The sign-in by an identity provider in a real Chromium, against a real provider."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from audit.origin import Origin, acting_as
from people.oidc import published
from people.oidc.models import LinkedIdentity
from tests.browser.chromium import axe_violations, overflow
from tests.browser.conftest import Site
from tests.browser.test_passkeys import confirm, sign_out
from tests.cast import cast, code_of
from tests.people.oidc.conftest import start, stop, table
from tests.people.oidc.idp import PEOPLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "ming.at.work"


@pytest.fixture
def people(
    transactional_db: None, live_server: LiveServer, settings: Any, tmp_path: Path
) -> Iterator[SimpleNamespace]:
    process, address = start(tmp_path, f"{live_server.url}/account/identity/work/return/")
    published._published.clear()
    settings.PUBLIC_ADDRESS = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.OIDC_PROVIDERS = table("work", address)
    with acting_as(Origin()):
        yield SimpleNamespace(**cast())
    stop(process)


def _at_the_provider(page: Page) -> None:
    page.locator("[name=login]").fill(NAME)
    page.locator("[name=password]").fill(PEOPLE[NAME])
    page.locator("button[type=submit]").first.click()


def test_linked_by_its_person_then_in_the_place_of_the_password(
    live_site: Site, people: SimpleNamespace, sign_in: Callable[..., Page]
) -> None:
    page = sign_in(people.ming, language="en")
    confirm(page, people)
    assert axe_violations(page) == []
    page.get_by_role("button", name="Link", exact=True).click()
    _at_the_provider(page)
    expect(page.locator("main")).to_contain_text("Linked. Your other sessions have ended.")
    assert LinkedIdentity.objects.filter(person=people.ming).exists()
    assert overflow(page) == 0
    sign_out(page)
    assert axe_violations(page) == []
    page.get_by_role("button", name="Sign in with Company work").click()
    page.wait_for_url("**/account/code/**")  # the provider knows the browser; the house asks for the code
    with acting_as(Origin()):
        code = code_of(people.ming)
    page.locator("[name=code]").fill(code)
    page.locator("main button").first.click()
    page.wait_for_url(f"{live_site.url}/")
    page.goto("/me/sessions/")
    expect(page.locator("main")).to_contain_text("Identity provider and second factor")

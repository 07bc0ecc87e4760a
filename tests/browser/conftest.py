"""Fixtures for tests in a real browser against a real server; every page opened is checked for complaints."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from audit.origin import Origin, acting_as
from people.accounts.models import User
from tests.browser.chromium import chromium, complaints_of, new_context
from tests.cast import client_of, placeless


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, in which Django would refuse the tests' own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Site:
    """The running site, and the browser windows that a test opens on it."""

    url: str
    browser: Browser
    windows: list[tuple[BrowserContext, list[str]]] = field(default_factory=list)

    def open(self, **device: Any) -> Page:
        """A window of nobody; `device` as in `new_context`."""
        context = new_context(self.browser, self.url, **device)
        page = context.new_page()
        self.windows.append((context, complaints_of(page)))
        return page

    def close(self) -> list[str]:
        for context, _ in self.windows:
            context.close()
        return [complaint for _, complaints in self.windows for complaint in complaints]


@pytest.fixture
def live_site(live_server: LiveServer, browser: Browser) -> Iterator[Site]:
    """Fails the test when a page threw a script error or wanted something that the content policy refuses."""
    site = Site(live_server.url, browser)
    yield site
    assert site.close() == []


@pytest.fixture
def sign_in(live_site: Site) -> Callable[..., Page]:
    """`sign_in(person, dark=True, phone=True, language="en", javascript=False)`: a window with a session."""

    def open_as(person: User, **device: Any) -> Page:
        with acting_as(Origin(actor=person.pk)):  # the log wants to know who signs in
            client = placeless(client_of(person))
        page = live_site.open(**device)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_site.url}])
        return page

    return open_as

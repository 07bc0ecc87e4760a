"""A real SMS server for tests, on a port of its own, and what a guest does with its messages."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.embedded.smsinbox import Inbox, messages

NUMBER, OTHER = "+8613800138000", "+8613900139000"


class Texts:
    """The messages that were sent."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    def all(self) -> list[dict[str, Any]]:
        return messages(self.inbox.path)

    def code(self) -> str:
        """The code in the newest message."""
        found = re.search(r"#(\d{6})$", self.all()[-1]["text"])
        assert found
        return found[1]

    def wrong(self) -> str:
        """A code that is not the newest."""
        return f"{(int(self.code()) + 1) % 10**6:06}"


@pytest.fixture
def texts(settings: Any, tmp_path: Path) -> Iterator[Texts]:
    """The house sends by this server; counts of before are forgotten."""
    cache.clear()
    inbox = Inbox(0, tmp_path)
    thread = threading.Thread(target=inbox.serve_forever, daemon=True)
    thread.start()
    settings.SMS_PROVIDER = "gateway"
    settings.SMS_ENDPOINT, settings.SMS_KEY_SECRET = inbox.address, inbox.secret
    yield Texts(inbox)
    inbox.shutdown()
    inbox.server_close()
    thread.join()


def scanned(path: str) -> Client:
    """A browser, in English, that has opened the link of a picture."""
    browser = Client(headers={"accept-language": "en"})
    assert browser.get(path, follow=True).status_code == 200
    return browser


def asked(browser: Client) -> Any:
    return browser.post(reverse("people:guest_send"))


def typed(browser: Client, code: str) -> Any:
    return browser.post(reverse("people:guest_code"), {"code": code})


def come_in(path: str, texts: Texts) -> Client:
    """Scan, code, in."""
    browser = scanned(path)
    assert asked(browser)["Location"] == reverse("people:guest_code")
    assert typed(browser, texts.code()).status_code == 302
    assert "_auth_user_id" in browser.session
    return browser


def path_of(address: str) -> str:
    """The path of a one-time address."""
    return address.split("//", 1)[1].split("/", 1)[1].join(("/", ""))

"""How the tests and the screenshots start Chromium, and what they ask of every page."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tools.browser import find_browser

Language = Literal["zh-hans", "en"]

QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 30_000  # ms until a page shows what a test expects: the machine's speed is not what is tested
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1360, "height": 860}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that talks to nobody but the pages. As root it cannot have its sandbox."""
    expect.set_options(timeout=PATIENCE)
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def new_context(
    browser: Browser,
    base: str,
    *,
    language: Language = "zh-hans",
    dark: bool = False,
    phone: bool = False,
    javascript: bool = True,
    agent: str | None = None,
) -> BrowserContext:
    """A clean profile on one device, in one language, as if the system were light or dark."""
    context = browser.new_context(
        base_url=base,
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        has_touch=phone,
        color_scheme="dark" if dark else "light",
        locale="zh-CN" if language == "zh-hans" else "en-GB",
        java_script_enabled=javascript,
        reduced_motion="reduce",
        user_agent=agent,
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    return context


def complaints_of(page: Page) -> list[str]:
    """A list that fills with what the page's console says is wrong: script errors and refused content."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The answer's own status is what a test looks at; the console merely repeats it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def axe_violations(page: Page) -> list[str]:
    """What axe-core holds against the page as it is shown now: rule, and the element."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def path_of(page: Page) -> str:
    return urlsplit(page.url).path

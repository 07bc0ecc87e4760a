"""From the sign-in page to home in Chromium: ours, with name, password and the code of an app, to today's
page, against Django's own bare login, which has a name, a password and a page of one line.

Both run under the server that `make run` starts, with one process and Argon2id. A round opens a clean
browser profile, fills in what is asked, and ends when home has loaded. Nobody types: the time is the
machine's own.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Browser, Page, sync_playwright

from audit.origin import Origin, acting_as
from config.embedded.commands import web_command
from people.accounts.models import Kind, User
from people.accounts.system import ensure_system_account, system_account
from people.factors.services import set_up_app
from people.factors.totp import code_at, new_secret, step_of
from people.roles.builtin import RoleCode, ensure_builtin_roles
from people.roles.models import GrantState, RoleGrant
from tools.browser import find_browser

NAME, PASSWORD = "bench", "violet harbour 93 lanterns"
ROUNDS = 15
BAR = 3.0


def run(only: str | None) -> Iterator[dict[str, Any]]:
    person, secret = _agent()
    call_command("collectstatic", interactive=False, verbosity=0)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with _ours() as ours, _bare() as bare, _chromium() as browser:
        taken: dict[str, list[float]] = {"ours": [], "bare": []}
        for number in range(ROUNDS + 2):
            _forget(person)
            times = {
                "ours": _timed(browser, lambda page: _sign_in(page, ours, person, secret)),
                "bare": _timed(browser, lambda page: _bare_sign_in(page, bare)),
            }
            if number >= 2:  # the first find nothing warm
                for name, seconds in times.items():
                    taken[name].append(seconds)
    mine, theirs = (statistics.median(taken[name]) * 1000 for name in ("ours", "bare"))
    yield {
        "name": "signin_page",
        "value": round(mine),
        "unit": "ms from the sign-in page to home, median",
        "ratio": round(mine / theirs, 2),
        "against": "Django's own login, one form",
        "bar": BAR,
        "met": mine <= BAR * theirs,
        "peers": {"django_ms": round(theirs)},
    }


def _agent() -> tuple[User, str]:
    """A member of staff with a password and an app, as everybody has there; the app's secret."""
    ensure_system_account()
    ensure_builtin_roles()
    person = User(username=NAME, display_name="Bench", kind=Kind.STAFF)
    person.set_password(PASSWORD)
    person.save()
    RoleGrant.objects.create(
        user=person,
        role_id=RoleCode.AGENT,
        state=GrantState.ACTIVE,
        granted_by=system_account(),
        confirmed_by=_officer(),
    )
    secret = new_secret()
    with acting_as(Origin(actor=person.pk)):
        code = code_at(secret, step_of(time.time()))
        set_up_app(actor=person, secret=secret, code=code, session_key=None, link_id=None)
    return person, secret


def _officer() -> User:
    return User.objects.create(username="officer", display_name="Officer", kind=Kind.STAFF)


def _forget(person: User) -> None:
    """A code counts once, and a network signs in thirty times a minute at most: neither is what is timed."""
    app = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    app.data["last_step"] = 0
    app.save(update_fields=["data"])
    cache.clear()


def _timed(browser: Browser, sign_in: Callable[[Page], None]) -> float:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    started = time.perf_counter()
    sign_in(page)
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def _sign_in(page: Page, base: str, person: User, secret: str) -> None:
    page.goto(f"{base}/account/login/")
    page.locator("input[name=login]").fill(person.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("input[name=code]").fill(code_at(secret, step_of(time.time())))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")


def _bare_sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/login/")
    page.locator("input[name=username]").fill(NAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _ours() -> Iterator[str]:
    port = _free_port()
    with _serving(web_command(port), port, {}) as base:
        yield base


@contextmanager
def _bare() -> Iterator[str]:
    port = _free_port()
    database = str(Path(os.environ["SEALROOM_HOME"]) / "bare.sqlite3")
    more = {"BARE_DATABASE": database, "BARE_NAME": NAME, "BARE_PASSWORD": PASSWORD}
    subprocess.run([sys.executable, "-m", "bench.bare_login"], env=os.environ | more, check=True)
    command = [*web_command(port)[:-1], "bench.bare_login:application"]
    with _serving(command, port, more) as base:
        yield base


@contextmanager
def _serving(command: list[str], port: int, more: dict[str, str]) -> Iterator[str]:
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command, env=os.environ | more | {"PORT": str(port)})
    try:
        _wait_for(base, server)
        yield base
    finally:
        server.terminate()
        server.wait()


def _wait_for(base: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            urlopen(base, timeout=2).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port

"""Screenshots of every page that each demo role reaches, in both languages and themes, on phone and desktop.

    python -m tests.browser.shots --base http://localhost:8000 --logins .sealroom/demo-logins.json [--role x]

Pages are found by following links; of pages that differ only in an identifier one is taken. Pictures go to
screenshots/<role>/. Prints what axe, the console or a page wider than its window has to complain about, and
then exits with 1.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from people.factors.totp import code_at, step_of
from tests.browser.chromium import Language, axe_violations, chromium, complaints_of, new_context, overflow
from tests.browser.crawling import crawl, shape

FOLDER = Path("screenshots")
MOST_PAGES = 60
LANGUAGES: tuple[Language, ...] = ("zh-hans", "en")


def sign_in(page: Page, login: Mapping[str, str]) -> None:
    """`login` is a row of demo-logins.json."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(login["username"])
    page.locator("input[type=password]").fill(login["password"])
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
    if "/account/code/" in page.url:
        type_code(page, code_at(login["totp_secret"], step_of(time.time())))


def type_code(page: Page, code: str) -> None:
    """The second step of a sign-in."""
    page.locator("input[name=code]").fill(code)
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/account/code/" not in url)


def reachable(page: Page, base: str) -> list[str]:
    """Addresses of the pages that links lead to."""
    return [address for address, status in crawl(page, base, most=MOST_PAGES) if status == 200]


def shoot(browser: Browser, base: str, folder: Path, state: str, addresses: list[str]) -> list[str]:
    """Takes every page in every variant with the session of `state`; returns the complaints."""
    folder.mkdir(parents=True, exist_ok=True)
    problems = []
    for language, dark, phone in product(LANGUAGES, (False, True), (False, True)):
        context = new_context(browser, base, language=language, dark=dark, phone=phone)
        context.add_cookies([cookie for cookie in json.loads(state) if cookie["name"] != "django_language"])
        page = context.new_page()
        said = complaints_of(page)
        variant = f"{language}-{'dark' if dark else 'light'}-{'phone' if phone else 'desktop'}"
        for address in addresses:
            page.goto(address)
            name = shape(address).strip("/").replace("/", "_") or "today"
            page.screenshot(path=folder / f"{name}-{variant}.png", full_page=not phone)
            problems += [f"{address} {variant}: {violation}" for violation in axe_violations(page)]
            if overflow(page) > 0:
                problems.append(f"{address} {variant}: {overflow(page)} px wider than the window")
        problems += [f"{variant}: {complaint}" for complaint in said]
        context.close()
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", default="http://localhost:8000")
    parser.add_argument("--logins", type=Path, default=Path(".sealroom/demo-logins.json"))
    parser.add_argument("--role", help="only this one of the roles in the logins")
    options = parser.parse_args()
    logins: list[dict[str, str]] = json.loads(options.logins.read_text())
    problems: list[str] = []
    done: set[str] = set()
    with chromium() as browser:
        for login in logins:
            role = login["role"]
            if role in done or options.role not in {None, role}:
                continue
            done.add(role)
            context = new_context(browser, options.base)
            page = context.new_page()
            sign_in(page, login)
            addresses = [*reachable(page, options.base), "/no-such-page/"]
            state = json.dumps(context.cookies())
            context.close()
            found = shoot(browser, options.base, FOLDER / role, state, addresses)
            sys.stdout.write(f"{role}: {len(addresses)} pages, {len(found)} complaints\n")
            problems += found
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

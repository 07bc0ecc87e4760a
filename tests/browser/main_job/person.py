"""A person at their browser: opens pages, fills in forms by the names of fields, presses buttons."""

import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import APIResponse, Locator, Page, expect

from people.factors.totp import code_at, step_of
from tests.browser.chromium import path_of
from tests.browser.main_job.site import RunningSite


@dataclass
class Person:
    site: RunningSite
    page: Page
    username: str
    name: str
    password: str
    secret: str = ""  # of the authenticator app, once it is set up
    used: int = 0  # the step of the last code that was typed

    @property
    def email(self) -> str:
        return f"{self.username}@example.test"

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str, *, status: int = 200) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"

    def get(self, path: str) -> APIResponse:
        """What the address answers to this person's session, without showing it."""
        return self.page.request.get(path)

    def fill(self, within: str = "main", **fields: str) -> None:
        """Types or chooses: by the names of the form's fields."""
        for name, value in fields.items():
            field = self.page.locator(f"{within} [name={name}]:not([type=hidden])")
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def choose(self, name: str, label: str) -> None:
        self.main.locator(f"select[name={name}]").select_option(label=label)

    def press(self, label: str, within: str = "main") -> None:
        """A button or link that looks like one."""
        scope = self.page.locator(within)
        button = scope.get_by_role("button", name=label, exact=True)
        link = scope.get_by_role("link", name=label, exact=True)
        button.or_(link).first.click()

    def sees(self, words: str) -> None:
        expect(self.main).to_contain_text(words)

    def attach(self, path: Path) -> None:
        self.main.locator("input[type=file]").set_input_files(path)

    def set_up_app(self) -> None:
        """What staff come to after their first password: the app, its first code, the recovery codes."""
        self.page.wait_for_url("**/me/sign-in/app/")
        self.secret = self.main.locator(".setup-key").inner_text().replace(" ", "")
        self.fill(code=self.code())
        self.press("Confirm")
        self.press("I have kept them: go on")

    def code(self) -> str:
        """One that was not typed before. That of the next half minute counts already; one more is waited
        for."""
        self.used += 1
        while self.used > step_of(time.time()) + 1:
            time.sleep(1)
        self.used = max(self.used, step_of(time.time()))
        return code_at(self.secret, self.used)

    @property
    def is_asked(self) -> bool:
        """Whether the page asks who one is."""
        return self.main.locator("input[name=step_up_code]").count() > 0

    def confirm_identity(self) -> None:
        """A code again, when the page asks who one is."""
        asked = self.main.locator("input[name=step_up_code]")
        expect(asked).to_be_visible()
        asked.fill(self.code())
        self.page.locator("main button").first.click()
        expect(asked).to_have_count(0)

    def choose_password(self, button: str) -> None:
        self.fill(password=self.password, again=self.password)
        self.press(button)
        self.page.wait_for_url(lambda url: "/welcome/" not in url)

    def id_in_address(self, place: int) -> str:
        """A part of the page's path, counted from 1: /deals/<2>/room/folders/<5>/."""
        return path_of(self.page).split("/")[place]

"""A buyer's way from the lead's picture into the room, in WeChat's browser on a phone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from people.accounts.models import User
from tests.browser.chromium import Language, axe_violations, overflow, path_of
from tests.browser.conftest import Site
from tests.cast import cast, fixed_rows
from tests.deals.scene import scene, stored
from tests.texting import Texts, texts

__all__ = ["texts"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0"
    " Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240501 MicroMessenger/8.0.50.2701 WeChat/arm64"
    " NetType/WIFI Language/zh_CN"
)
MOST_CLICKS = 4


@pytest.fixture
def world(transactional_db: None) -> SimpleNamespace:
    fixed_rows()
    made = scene(**cast())
    stored(made, made.one, "a.txt", b"text")
    return made


def _fits(page: Page, *, javascript: bool = True) -> list[str]:
    """What is wrong with the page as it stands; the accessibility rules are scripts themselves."""
    wide = overflow(page)
    found = axe_violations(page) if javascript else []
    return found + ([f"{wide} px too wide"] if wide > 0 else [])


@pytest.mark.parametrize(
    ("language", "dark", "javascript"),
    [("zh-hans", False, True), ("en", True, False)],
    ids=["zh-light", "en-dark-no-script"],
)
def test_three_minutes(
    world: SimpleNamespace,
    live_site: Site,
    sign_in: Callable[..., Page],
    texts: Texts,
    settings: object,
    language: Language,
    dark: bool,
    javascript: bool,
) -> None:
    problems: list[str] = []
    lead = sign_in(world.lea, language=language, dark=dark)
    lead.goto(f"/deals/{world.deal.pk}/room/groups/{world.buyers.pk}/")
    clicks = 0
    lead.locator("input[name=display_name]").click()
    clicks += 1
    lead.keyboard.type("王海")
    lead.keyboard.press("Tab")
    lead.keyboard.type("138 0013 8000")
    lead.keyboard.press("Enter")
    expect(lead.locator("img.qr-large")).to_be_visible()
    assert clicks <= MOST_CLICKS
    problems += _fits(lead)
    lead.locator("details.no-print summary").click()
    address = lead.locator(".setup-key").inner_text().replace("http://localhost:8000", live_site.url)

    guest = live_site.open(language=language, dark=dark, javascript=javascript, phone=True, agent=WECHAT)
    guest.goto(address)
    assert path_of(guest) == "/guest/"
    problems += _fits(guest, javascript=javascript)
    expect(guest.locator("h1")).to_have_text("Willow")
    guest.locator("main form button").click()
    assert path_of(guest) == "/guest/code/"
    problems += _fits(guest, javascript=javascript)
    guest.locator("input[name=code]").fill(texts.wrong())
    guest.locator("main form button").click()
    problems += _fits(guest, javascript=javascript)
    guest.locator("input[name=code]").fill(texts.code())
    guest.locator("main form button").click()
    assert path_of(guest) == f"/me/duties/{world.deal.pk}/"
    problems += _fits(guest, javascript=javascript)
    for part in range(2, 6):  # the preamble, then the four clauses
        guest.locator(f"main nav a[href='?part={part}']").click()
        guest.wait_for_url(f"**?part={part}")
        problems += _fits(guest, javascript=javascript)
    guest.locator("input[name=typed_name]").fill("王海")
    guest.locator("input[name=agreed]").check()
    guest.locator("main form button").click()
    assert path_of(guest) == f"/deals/{world.deal.pk}/room/"
    problems += _fits(guest, javascript=javascript)
    assert User.objects.get(phone__isnull=False).display_name == "王海"
    assert len(guest.context.pages) == 1  # no window but its own
    assert {cookie["domain"] for cookie in guest.context.cookies()} == {"localhost"}
    assert problems == []


def test_the_pages_beside_the_way(world: SimpleNamespace, live_site: Site, texts: Texts) -> None:
    """Coming back, and a picture that is over."""
    page = live_site.open(phone=True, agent=WECHAT)
    page.goto("/rooms/")
    page.locator("a[href='/guest/phone/']").click()
    assert _fits(page) == []
    page.locator("input[name=number]").fill("12")
    page.locator("main form button").click()
    assert _fits(page) == []
    page.locator("input[name=number]").fill("13800138000")
    page.locator("main form button").click()
    assert path_of(page) == "/guest/code/"
    assert _fits(page) == []
    page.goto("/welcome/unknown/")
    assert _fits(page) == []

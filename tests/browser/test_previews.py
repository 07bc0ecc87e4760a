"""A preview in a real browser: by keyboard, without scripts, in both languages, light, dark, on a phone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from deals.models import RoomPreview
from people.accounts.models import User
from tests.browser.chromium import Language, axe_violations, overflow
from tests.browser.test_room import at, pdf, world
from tests.browser.words import foreign_words
from tests.deals.scene import stored

__all__ = ["world"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]
BAR = {"zh-hans": "您正以Bo的视角预览此数据室", "en": "You look at this data room as Bo would"}


def test_the_lead_looks_and_ends_it_by_keyboard_without_scripts(
    world: SimpleNamespace, sign_in: SignIn
) -> None:
    stored(world, world.one, "a.pdf", pdf())
    page = sign_in(world.lea, language="en", javascript=False)
    page.goto(at(world, "group", world.buyers.pk))
    page.get_by_role("button", name="Preview as this person").press("Enter")
    expect(page.get_by_role("banner")).to_contain_text(BAR["en"])
    page.get_by_role("link", name="Finance").press("Enter")
    page.get_by_role("link", name="a.pdf").press("Enter")
    expect(page.get_by_text("Bo has the level View here")).to_be_visible()
    sheet = page.locator("#sheet-1 img")
    expect(sheet).to_be_visible()
    expect(sheet).to_have_js_property("naturalWidth", 1400)
    page.goto(reverse("vault:clients"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Not part of the preview")
    page.get_by_role("button", name="End the preview").press("Enter")
    expect(page.get_by_text("The preview has ended.")).to_be_visible()
    expect(page.get_by_role("banner")).not_to_contain_text(BAR["en"])
    assert RoomPreview.objects.get().over == "preview.ended"


@pytest.mark.parametrize(
    ("language", "dark", "phone"),
    [("zh-hans", False, False), ("en", True, False), ("zh-hans", True, True), ("en", False, True)],
    ids=["zh light", "en dark", "zh dark phone", "en light phone"],
)
def test_every_page_of_a_preview(
    world: SimpleNamespace, sign_in: SignIn, language: Language, dark: bool, phone: bool
) -> None:
    version = stored(world, world.one, "a.pdf", pdf())
    page = sign_in(world.lea, language=language, dark=dark, phone=phone)
    told = [
        *User.objects.values_list("display_name", flat=True),
        "lea",
        "Willow",
        "Finance",
        "Tax",
        "Contracts",
    ]
    told += ["Acorn Holdings", "Birch Capital", "a.pdf", "简体中文", "English"]

    def look(address: str, *, bar: bool = True) -> None:
        page.goto(address)
        expect(page.get_by_role("banner").get_by_text(BAR[language])).to_have_count(int(bar))
        assert axe_violations(page) == [], address
        assert overflow(page) <= 0, address
        assert foreign_words(page, language, told) == [], address

    look(at(world, "group", world.buyers.pk), bar=False)
    look(at(world, "rights"), bar=False)
    look(at(world, "preview"), bar=False)
    page.locator(f"button[name=person][value='{world.bo.pk}']").click()
    expect(page.get_by_role("banner")).to_contain_text(BAR[language])
    look(at(world, "room"))
    look(at(world, "folder", world.one.pk))
    look(at(world, "file", version.file_id))
    look(at(world, "folder", world.two.pk))
    look("/")
    world.bo.signatures.update(revoked_at=version.uploaded_at, revoked_by=world.olivia)
    look(at(world, "room"))
    world.bo.groups.clear()
    look(at(world, "room"), bar=False)

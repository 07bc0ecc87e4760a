"""The data room in a real browser: uploading with a bar and without scripts, turning pages, axe, phones."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from deals.details.choice import Details
from deals.models import File, FileVersion
from deals.rooms.levels import Level
from tests.browser.chromium import axe_violations, overflow
from tests.cast import fixed_rows
from tests.deals.scene import grant, scene, stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]


@pytest.fixture
def world(transactional_db: None) -> SimpleNamespace:
    fixed_rows()
    return scene()


def pdf() -> bytes:
    document, data = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(3):
        document.new_page(595, 842)
    document.save(data)
    document.close()
    return data.getvalue()


def at(world: Any, name: str, *args: Any) -> str:
    return reverse(f"deals:{name}", args=[world.deal.pk, *args])


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_files_go_in_with_and_without_scripts(
    world: SimpleNamespace, sign_in: SignIn, tmp_path: Path, javascript: bool
) -> None:
    (tmp_path / "报表.pdf").write_bytes(pdf())
    page = sign_in(world.ming, javascript=javascript)
    page.goto(at(world, "folder", world.one.pk))
    page.locator("#upload").set_input_files(tmp_path / "报表.pdf")
    page.locator("#upload-form button").click()
    expect(page.get_by_role("link", name="报表.pdf")).to_be_visible()
    assert [version.details for version in FileVersion.objects.all()] == [Details.REMOVED]


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_what_cannot_be_cleaned_goes_in_once_its_sender_keeps_it_as_it_is(
    world: SimpleNamespace, sign_in: SignIn, tmp_path: Path, javascript: bool
) -> None:
    (tmp_path / "plan.dwg").write_bytes(b"AC1032")
    page = sign_in(world.ming, language="en", javascript=javascript)
    page.goto(at(world, "folder", world.one.pk))
    page.locator("#upload").set_input_files(tmp_path / "plan.dwg")
    page.locator("#upload-form button").click()
    refusal = "Hidden details cannot be removed from a file like “plan.dwg”."
    expect(page.locator("main")).to_contain_text(refusal)
    assert not File.objects.exists()
    page.locator("#upload").set_input_files(tmp_path / "plan.dwg")
    page.get_by_label("Keep the files as they are").check()
    page.locator("#upload-form button").click()
    page.get_by_role("link", name="plan.dwg").click()
    expect(page.locator("main")).to_contain_text("Kept as uploaded")
    assert [version.details for version in FileVersion.objects.all()] == [Details.KEPT]


def test_a_refused_upload_says_why_beside_the_bar(
    world: SimpleNamespace, sign_in: SignIn, tmp_path: Path, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    (tmp_path / "big.bin").write_bytes(bytes(1024 * 1024 + 1))
    page = sign_in(world.ming, language="en")
    page.goto(at(world, "folder", world.one.pk))
    page.locator("#upload").set_input_files(tmp_path / "big.bin")
    page.locator("#upload-form button").click()
    expect(page.locator(".upload-progress")).to_contain_text("at most 1 MB")
    assert not File.objects.exists()


def test_the_buyer_turns_stamped_pages_by_key(world: SimpleNamespace, sign_in: SignIn) -> None:
    version = stored(world, world.one, "a.pdf", pdf())
    page = sign_in(world.bo)
    page.goto(at(world, "file", version.file_id))
    first = page.locator("#sheet-1 img")
    expect(first).to_be_visible()
    expect(first).to_have_js_property("naturalWidth", 1400)
    page.locator("[data-sheets]").focus()
    page.keyboard.press("End")
    expect(page.locator("#sheet-3")).to_be_in_viewport()
    last = page.locator("#sheet-3 img")
    expect(last).to_have_js_property("naturalWidth", 1400)
    assert axe_violations(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_pages_are_accessible_and_fit(
    world: SimpleNamespace, sign_in: SignIn, dark: bool, phone: bool
) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    grant(world, world.buyers, world.one_one, Level.ORIGINAL)
    lea = sign_in(world.lea, dark=dark, phone=phone)
    bo = sign_in(world.bo, dark=dark, phone=phone, language="en")
    for page, path in (
        (lea, reverse("deals:deals")),
        (lea, reverse("deals:deal_new")),
        (lea, at(world, "deal")),
        (lea, at(world, "room")),
        (lea, at(world, "folder", world.one.pk)),
        (lea, at(world, "file", version.file_id)),
        (lea, at(world, "rights")),
        (lea, at(world, "right", world.buyers.pk, world.one.pk) + "?level=5"),
        (lea, at(world, "group", world.buyers.pk)),
        (bo, reverse("deals:rooms")),
        (bo, at(world, "folder", world.one.pk)),
    ):
        page.goto(path)
        assert axe_violations(page) == [], path
        assert overflow(page) <= 0, path

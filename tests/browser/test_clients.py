"""Clients in a real browser: revealing and masking again, searching, importing; with scripts and without."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_violations, overflow, path_of
from tests.vault.records.conftest import as_worker, book, people
from tests.vault.records.makers import acting, add, add_many
from tests.vault.records.uploads import upload
from vault.records import sections, views
from vault.records.importing.models import ImportJob
from vault.records.importing.tasks import run
from vault.records.models import ClientBook

__all__ = ["as_worker", "book", "people"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]
PHONE = "13800138000"  # as people here dial it


def reveal(page: Page) -> None:
    contact = page.locator("#group-contact")
    contact.locator("summary").click()
    contact.get_by_label("使用目的").select_option("service")
    contact.get_by_label("事由").select_option("call")
    contact.get_by_role("button", name="查看明文一分钟").click()


def test_a_revealed_group_masks_itself_again(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sections, views):
        monkeypatch.setattr(module, "REMASK_AFTER", 2)
    client = add(book)
    page = sign_in(people.ming)
    page.goto(reverse("vault:client", args=[client.pk]))
    reveal(page)
    expect(page.locator("#group-contact .opened")).to_contain_text(PHONE)
    assert axe_violations(page) == []
    expect(page.locator("#group-contact .opened")).to_have_count(0)
    assert PHONE not in page.content()


def test_the_same_without_scripts(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sections, views):
        monkeypatch.setattr(module, "REMASK_AFTER", 2)
    client = add(book)
    page = sign_in(people.ming, javascript=False)
    page.goto(reverse("vault:client", args=[client.pk]))
    reveal(page)
    expect(page.locator(".opened")).to_contain_text(PHONE)
    page.wait_for_url(lambda url: url.endswith(reverse("vault:client", args=[client.pk])))
    assert PHONE not in page.content()


def test_slash_searches_from_every_page(people: SimpleNamespace, book: ClientBook, sign_in: SignIn) -> None:
    client = add(book)
    page = sign_in(people.ming)
    page.goto(reverse("vault:clients"))
    page.keyboard.press("/")
    page.keyboard.type("138 0013 8000")
    page.keyboard.press("Enter")
    page.locator(f'a[href="{reverse("vault:client", args=[client.pk])}"]').wait_for()
    assert path_of(page) == reverse("vault:search")
    assert "138" not in page.url


def test_an_import_from_the_file_to_the_rows_that_failed(
    as_worker: None, people: SimpleNamespace, book: ClientBook, sign_in: SignIn, tmp_path: Path
) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("姓名,手机\n王五,13800138000\n赵六,12\n", encoding="gb18030")
    page = sign_in(people.ming)
    page.goto(reverse("vault:source_add", args=[book.pk]))
    page.get_by_label("自行收集").check()
    page.get_by_label("提供人").fill("前台")
    page.get_by_label("收集日期").fill("2026-01-05")
    page.get_by_label("相关个人的知情情况").select_option("notice")
    page.get_by_role("button", name="登记来源").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="各列对应的字段")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="导入 2 行").click()
    job = ImportJob.objects.get()
    run(str(job.pk))
    # The bar polls, sees the end, and loads the result.
    expect(page.get_by_role("link", name="下载未导入的行")).to_be_visible(timeout=10_000)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载未导入的行").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize(
    ("dark", "phone", "language"),
    [(False, False, "zh-hans"), (True, False, "en"), (False, True, "en"), (True, True, "zh-hans")],
)
def test_i9_every_page_is_accessible_everywhere(
    people: SimpleNamespace, book: ClientBook, sign_in: SignIn, dark: bool, phone: bool, language: str
) -> None:
    client = add(book, extras={"车牌": "粤B12345"})
    add_many(book, 120)
    with acting(people.ming):
        job = upload(book, "姓名,手机,车牌\n王五,13800138000,粤B1\n")
    page = sign_in(people.ming, dark=dark, phone=phone, language=language)
    for name, args in pages(book, client.pk, job.pk):
        page.goto(reverse(name, args=args))
        assert axe_violations(page) == [], name
        assert overflow(page) <= 0, name


def pages(book: ClientBook, client: object, job: object) -> list[tuple[str, list[object]]]:
    return [
        ("vault:clients", []),
        ("vault:search", []),
        ("vault:book_add", []),
        ("vault:book", [book.pk]),
        ("vault:client_add", [book.pk]),
        ("vault:client", [client]),
        ("vault:client_edit", [client]),
        ("vault:client_versions", [client]),
        ("vault:imports", []),
        ("vault:import_upload", [book.pk]),
        ("vault:import_job", [job]),
    ]

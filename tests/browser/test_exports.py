"""An officer traces a leaked sheet in a real browser, on a dark phone."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_violations, overflow
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.records.conftest import book, people
from vault.records.models import ClientBook

__all__ = ["book", "people"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_cut_sheet_names_its_recipient(
    people: SimpleNamespace, book: ClientBook, sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    fill(book, 30)
    rows = list(csv.reader(io.StringIO(taken(ready(people, people.lin)).decode("utf-8-sig"))))[2:]
    leaked = tmp_path / "名单.csv"
    leaked.write_text("\n".join(sorted(row[1] for row in rows)), encoding="utf-8")
    page = sign_in(people.olivia, dark=True, phone=True)
    page.goto(reverse("vault:trace"))
    page.locator("input[type=file]").set_input_files(leaked)
    page.get_by_role("button", name="与导出比对").click()
    expect(page.get_by_role("heading", name="这份表格来自提供给Lin的导出。")).to_be_visible()
    assert axe_violations(page) == []
    assert overflow(page) <= 0

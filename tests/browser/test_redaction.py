"""Redacting in a real browser: a rectangle drawn by mouse; the same by numbers without scripts; axe."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import axe_violations, complaints_of, overflow
from tests.cast import fixed_rows
from tests.deals.redaction.desk import at, begun, work_of
from tests.deals.scene import scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., Page]


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_rectangle_is_drawn_or_given_in_numbers(
    transactional_db: None, sign_in: SignIn, javascript: bool
) -> None:
    fixed_rows()
    world: SimpleNamespace = begun(scene())
    page = sign_in(world.ming, javascript=javascript)
    said = complaints_of(page)
    page.goto(at(world, ""))
    if javascript:
        expect(page.locator(".redact-page img")).to_have_js_property("complete", True)
        box = page.locator(".redact-page").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 140)
        page.mouse.up()
    else:
        page.locator("details:has(#mark-form) > summary").click()
        for name, value in {"left": "10", "top": "5", "width": "40", "height": "12"}.items():
            page.locator(f"#mark_{name}").fill(value)
        page.locator("#mark-form button").click()
    expect(page.locator(".redact-mark")).to_be_visible()
    [mark] = work_of(world).marks
    assert mark.left == pytest.approx(0.1, abs=0.01)
    assert mark.width == pytest.approx(0.4, abs=0.01)
    assert overflow(page) <= 0
    assert said == []
    if javascript:
        assert axe_violations(page) == []

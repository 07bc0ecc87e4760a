"""Kinds of browsers from what they call themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.browsers import browser_codes
from audit.entry import _CODE

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_CHROME = f"{_WEBKIT} Chrome/140.0.0.0 Safari/537.36"
_IPHONE = "(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
_WECHAT = f"(Linux; Android 15; Pixel 8) {_WEBKIT} Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0"


@pytest.mark.parametrize(
    ("agent", "codes"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("firefox", "linux")),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME}", ("chrome", "windows")),
        (f"Mozilla/5.0 (Windows NT 10.0) {_CHROME} Edg/140.0.0.0", ("edge", "windows")),
        (f"Mozilla/5.0 {_IPHONE} Version/18.0 Safari/604.1", ("safari", "ios")),
        (f"Mozilla/5.0 {_WECHAT}", ("wechat", "android")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1.15", ("safari", "macos")),
        ("curl/8.5.0", ("other", "other")),
        ("", ("other", "other")),
    ],
)
def test_kinds(agent: str, codes: tuple[str, str]) -> None:
    browser, system = codes
    assert browser_codes(agent) == (f"browser.{browser}", f"system.{system}")


@given(st.text())
def test_whatever_a_header_says_the_log_gets_a_code(agent: str) -> None:
    assert all(_CODE.match(code) for code in browser_codes(agent))

"""The shell: who sees which rail, themes and languages without JavaScript, and the pages of errors."""

import re

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from config.ui import context
from people import navigation
from people.navigation import Area, NavItem
from people.roles.builtin import RoleCode
from people.roles.permissions import Permission
from tests.cast import Kind, fixed_rows, person
from tools.messages import ROOT

INLINE = re.compile(r"<[^>]*\s(style|on[a-z]+)=", re.IGNORECASE)


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rail of two pages that exist in any case, under names of our own."""
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        NavItem(
            label="Log",
            icon="history",
            url_name="healthz",
            permission=Permission.LOG_READ,
            area=Area.OVERSIGHT,
        )
    )
    navigation.register(NavItem(label="Today", icon="home", url_name="readyz", order=1))


def request_of(user: object, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return request


def labels(request: HttpRequest) -> list[str]:
    return [link.label for group in context.rail(request) for link in group.links]


@pytest.mark.django_db
@pytest.mark.usefixtures("entries")
def test_the_rail_shows_what_the_viewer_may_open() -> None:
    fixed_rows()
    assert labels(request_of(person("ada", role=RoleCode.ADMIN))) == ["Today"]
    assert labels(request_of(person("olivia", role=RoleCode.COMPLIANCE_OFFICER))) == ["Today", "Log"]
    assert labels(request_of(person("bo", kind=Kind.OUTSIDE))) == []
    assert labels(request_of(person("aud", kind=Kind.OUTSIDE, role=RoleCode.AUDITOR))) == ["Log"]


@pytest.mark.usefixtures("entries")
def test_two_entries_may_not_lead_to_one_page() -> None:
    with pytest.raises(ValueError, match="healthz"):
        navigation.register(NavItem(label="Other", icon="home", url_name="healthz"))


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_theme_is_kept_in_a_cookie_and_the_page_returned_to(theme: str) -> None:
    browser = Client()
    answer = browser.post("/ui/theme/", {"theme": theme, "next": "/clients/?sort=name"})
    assert (answer.status_code, answer["Location"]) == (302, "/clients/?sort=name")
    assert browser.cookies["sealroom_theme"].value == theme
    assert browser.cookies["sealroom_theme"]["httponly"]


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", ""])
def test_the_theme_switch_leads_nowhere_else(target: str) -> None:
    assert Client().post("/ui/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_an_unknown_theme_changes_nothing() -> None:
    browser = Client()
    browser.post("/ui/theme/", {"theme": '"><script>', "next": "/"})
    assert "sealroom_theme" not in browser.cookies
    assert Client().get("/ui/theme/").status_code == 405


@pytest.mark.parametrize("code", ["400", "403_csrf", "500", "503"])
def test_pages_of_failures_need_nothing_and_speak_both_languages(code: str) -> None:
    page = render_to_string(f"{code}.html")
    assert 'lang="zh-Hans"' in page
    assert 'lang="en"' in page
    assert "<form" not in page


@pytest.mark.django_db
def test_a_missing_page_says_the_one_sentence_for_both_cases() -> None:
    browser = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
    answer = browser.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    assert "页面不存在，或您无权查看" in answer.content.decode()


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: object) -> None:
    source = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert not INLINE.search(source)
    assert "<style" not in source
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", source)
    assert not re.search(r"""(src|href)=["']https?://""", source)

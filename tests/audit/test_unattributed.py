"""The door of requests that must not be attributed: what it takes away, and where it stands."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from audit.middleware import origin_of
from audit.origin import Origin
from audit.unattributed import _KEPT, UnattributedMiddleware, is_unattributed, names_nobody

HEADERS = st.dictionaries(
    st.from_regex(r"(?:HTTP|REMOTE|SSL|X)_[A-Z0-9_]{1,24}", fullmatch=True), st.text(max_size=40), max_size=12
)


def through(path: str, **sent: Any) -> tuple[HttpRequest, HttpResponse]:
    """The request as the rest of the program sees it, and its answer."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        answer = HttpResponse()
        answer.set_cookie("csrftoken", "x")
        return answer

    answer = UnattributedMiddleware(view)(RequestFactory().get(path, **sent))
    return seen[0], answer


def test_it_stands_before_everything_else() -> None:
    assert settings.MIDDLEWARE[0] == "audit.unattributed.UnattributedMiddleware"


@pytest.mark.parametrize(
    ("path", "nobody"),
    [
        ("/speak-up/", True),
        ("/speak-up", True),
        ("/speak-up/mailbox/write/", True),
        ("/speak-up/anything/else", True),
        ("/speak-up/cases", True),  # the way to the page itself, which is attributed
        ("/speak-up/cases/", False),
        ("/speak-up/cases/rules/", False),
        ("/speak-upwards/", False),
        ("/", False),
        ("/account/login/", False),
        ("/log/", False),
    ],
)
def test_which_paths_name_nobody(path: str, nobody: bool) -> None:
    assert names_nobody(path) is nobody


@given(HEADERS)
def test_attack_a_header_that_nobody_thought_of(headers: dict[str, str]) -> None:
    request, answer = through("/speak-up/", **headers)
    left = {name for name in request.META if not name.startswith("wsgi.")}
    assert left <= _KEPT | {"REMOTE_ADDR"}
    assert request.META["REMOTE_ADDR"] == ""
    assert is_unattributed(request)
    assert origin_of(request) == Origin()
    assert not answer.cookies


def test_of_the_cookies_language_and_theme_remain_with_values_that_the_house_offers() -> None:
    cookies = "session=s3cret; django_language=en; csrftoken=t; sealroom_theme=dark; django_language2=x"
    request, _answer = through("/speak-up/", HTTP_COOKIE=cookies)
    assert request.COOKIES == {"django_language": "en", "sealroom_theme": "dark"}
    request, _answer = through("/speak-up/", HTTP_COOKIE="django_language=mark-of-mine; sealroom_theme=me")
    assert request.COOKIES == {}


def test_other_pages_keep_what_they_need() -> None:
    request, answer = through("/speak-up/cases/", HTTP_COOKIE="session=s3cret", REMOTE_ADDR="203.0.113.7")
    assert request.COOKIES == {"session": "s3cret"}
    assert request.META["REMOTE_ADDR"] == "203.0.113.7"
    assert not is_unattributed(request)
    assert "csrftoken" in answer.cookies

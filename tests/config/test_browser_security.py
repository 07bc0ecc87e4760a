"""What a browser is told in production: cookies, headers, addresses (OWASP ASVS 5.0, 3.3, 3.4, 4.1, 13.4)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import client_of
from tests.people.conftest import people

__all__ = ["people"]

YEAR = 365 * 86400
# A process with a production environment, asked for what needs no table.
ASKED = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
browser = Client(HTTP_HOST="vault.example.cn")
answers = [
    browser.get("/healthz", secure=True),
    browser.post("/ui/theme/", {"theme": "dark", "next": "/"}, secure=True),
    browser.post("/ui/language/", {"language": "en", "next": "/"}, secure=True),
]
print(json.dumps({
    "headers": [dict(answer.headers) for answer in answers],
    "cookies": [morsel.OutputString() for answer in answers for morsel in answer.cookies.values()],
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "attributes": [
        [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE],
        [settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY, settings.CSRF_COOKIE_SAMESITE],
    ],
    "plain": [browser.get(path).status_code for path in ("/healthz", "/readyz", "/", "/clients/")],
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Any:
    kept = ("PATH", "DATABASE_URL", "REDIS_URL")
    environment = {name: os.environ[name] for name in kept} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SEALROOM_HOME": str(tmp_path_factory.mktemp("home")),
        "SECRET_KEY": "0123456789abcdef" * 4,
        "PUBLIC_ADDRESS": "https://vault.example.cn",
        "ALLOWED_HOSTS": "vault.example.cn",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_cookie_is_of_this_host_alone_and_crosses_no_plain_http(production: Any) -> None:
    assert len(production["cookies"]) == 2
    for cookie in production["cookies"]:
        assert cookie.startswith("__Host-"), cookie
        assert "Secure" in cookie
        assert "Path=/;" in cookie + ";"
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie
    assert production["names"] == ["__Host-session", "__Host-csrftoken"]
    assert production["attributes"] == [[True, True, "Lax"], [True, True, "Lax"]]


def test_https_is_demanded_for_two_years_of_this_host_and_those_below_it(production: Any) -> None:
    for headers in production["headers"]:
        seconds, *more = headers["Strict-Transport-Security"].split("; ")
        assert int(seconds.removeprefix("max-age=")) >= YEAR
        assert "includeSubDomains" in more


def test_pages_are_led_to_https_and_what_machines_ask_is_not(production: Any) -> None:
    health, ready, *pages = production["plain"]
    assert health == 200
    assert ready in {200, 503}
    assert pages == [301, 301]


def test_the_policy_lets_nothing_in_but_this_site(production: Any) -> None:
    for headers in production["headers"]:
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.django_db
def test_what_is_said_once_is_not_kept_in_the_browser(people: Any) -> None:
    """A message names people: it waits in the session, and no cookie holds anything but keys and choices."""
    browser = client_of(people.ada)
    browser.post(
        reverse("people:person_edit", args=[people.lin.pk]),
        {"display_name": "Lin Moved", "email": people.lin.email, "language": "en"},
    )
    assert set(browser.cookies) <= {"session", "csrftoken", "django_language", "sealroom_theme"}
    assert "Lin Moved" in browser.get(reverse("people:people")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/clients/", "/healthz", "/account/login/", "/static/css/none.css"])
def test_a_request_is_not_echoed(path: str) -> None:
    answer = Client(raise_request_exception=False).generic("TRACE", path, headers={"X-Secret": "s3cret"})
    assert b"s3cret" not in answer.content
    assert answer.status_code in {302, 404, 405}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/static/", "/static/js/", "/static/vendor/", "/.git/config", "/files/", "/keys/"]
)
def test_no_folder_is_listed_and_no_file_beside_the_site_is_served(path: str) -> None:
    assert Client(raise_request_exception=False).get(path).status_code == 404


@pytest.mark.django_db
def test_signing_out_clears_the_browser(people: Any) -> None:
    browser = client_of(people.ming)
    assert "Clear-Site-Data" not in browser.get("/")
    assert browser.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.django_db
def test_a_session_key_is_long_and_random(people: Any) -> None:
    """32 characters of 36: 165 bits, where 128 are asked for."""
    keys = [client_of(people.ming).session.session_key for _ in range(20)]
    assert len(set(keys)) == 20
    assert all(len(key) == 32 and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for key in keys)
    assert len({character for key in keys for character in key}) > 30

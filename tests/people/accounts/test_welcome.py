"""One-time links in the browser: hashed, once, in time, for their person; the address keeps no token."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from people.accounts import links
from people.accounts.models import Kind, LinkPurpose, OneTimeLink, User
from people.accounts.services import create_person, disable_person, first_links
from people.roles.access import has
from people.roles.models import RoleCode
from people.roles.permissions import Permission
from tests.cast import client_of, person
from tests.people.helpers import mailed_path, set_up_app

pytestmark = pytest.mark.django_db

PASSWORD = "violet harbour 93 lanterns"
ENTER = "/welcome/"


@pytest.fixture
def link(people: SimpleNamespace, django_capture_on_commit_callbacks) -> str:
    """The path mailed to nora, a new colleague."""
    with django_capture_on_commit_callbacks(execute=True):
        people.nora = create_person(
            actor=people.ada,
            username="nora",
            display_name="Nora",
            email="nora@example.test",
            kind=Kind.STAFF,
            language="en",
        )
    return mailed_path()


def _choose(client: Client, password: str = PASSWORD, again: str | None = None, **more: str):
    return client.post(ENTER, {"password": password, "again": again or password, **more})


def _works(path: str) -> bool:
    return Client().get(path).status_code == 302


def test_the_token_leaves_the_address_and_is_stored_hashed(people: SimpleNamespace, link: str) -> None:
    client = Client()
    answer = client.get(link)
    assert (answer.status_code, answer["Location"]) == (302, ENTER)
    page = client.get(ENTER)
    token = link.split("/")[2]
    assert token not in page.content.decode()
    stored = OneTimeLink.objects.get(person=people.nora).token_hash
    assert bytes(stored) == hashlib.sha256(token.encode()).digest()
    assert "no-store" in page["Cache-Control"]


def test_choosing_a_password_signs_in_and_uses_the_link_up(people: SimpleNamespace, link: str) -> None:
    client = Client()
    client.get(link)
    before = client.session.session_key
    assert _choose(client)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(people.nora.pk)
    assert client.session.session_key != before
    people.nora.refresh_from_db()
    assert people.nora.check_password(PASSWORD)
    assert not _works(link)


def test_opening_the_page_uses_nothing_up(link: str) -> None:
    for _ in range(3):
        Client().get(link)
    assert _works(link)


def test_a_second_browser_that_was_slower_gets_nothing(people: SimpleNamespace, link: str) -> None:
    first, second = Client(), Client()
    first.get(link)
    second.get(link)
    _choose(first)
    assert _choose(second, "another long pass phrase").status_code == 410
    people.nora.refresh_from_db()
    assert people.nora.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "again"),
    [("short", "short"), (PASSWORD, PASSWORD + "x"), ("", ""), ("nora@example.test", "nora@example.test")],
)
def test_weak_or_differing_passwords_change_nothing(
    people: SimpleNamespace, link: str, password: str, again: str
) -> None:
    client = Client()
    client.get(link)
    assert client.post(ENTER, {"password": password, "again": again}).status_code == 200
    people.nora.refresh_from_db()
    assert not people.nora.has_usable_password()
    assert _works(link)


@pytest.mark.parametrize(
    "tamper", [lambda t: t[:-1], lambda t: t + "A", str.swapcase, lambda t: "x", lambda t: "A" * 500]
)
def test_a_tampered_token_opens_nothing(link: str, tamper: Callable[[str], str]) -> None:
    wrong = reverse("people:welcome", args=[tamper(link.split("/")[2])])
    assert Client().get(wrong).status_code == 410


def test_an_expired_link_does_nothing(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "VALID_FOR", timedelta(microseconds=1))
    with transaction.atomic():
        address = links.make_link(purpose=LinkPurpose.SET_PASSWORD, person=people.bo)[1]
    assert not _works(urlsplit(address).path)


def test_a_link_dies_with_its_account(people: SimpleNamespace, link: str) -> None:
    client = Client()
    client.get(link)
    disable_person(actor=people.ada, person=people.nora)
    assert _choose(client).status_code == 410


def test_somebody_elses_session_ends_when_a_link_is_used(people: SimpleNamespace, link: str) -> None:
    client = client_of(people.ada)
    client.get(link)
    _choose(client)
    assert client.session["_auth_user_id"] == str(people.nora.pk)


def _first(role: RoleCode) -> Client:
    client = Client()
    client.get(urlsplit(first_links()[role]).path)
    return client


MINE = {"username": "first", "display_name": "First", "email": "first@example.test"}


def test_the_first_administrator_makes_their_own_account(db: None) -> None:
    client = _first(RoleCode.ADMIN)
    assert client.get(ENTER).status_code == 200
    assert _choose(client, **MINE)["Location"] == "/"
    first = User.objects.get(username="first")
    assert has(first, Permission.PEOPLE_MANAGE)
    assert not has(first, Permission.APPROVAL_DECIDE)
    assert client.get(reverse("people:people"))["Location"] == reverse("people:factor_app")
    set_up_app(client)
    assert client.get(reverse("people:people")).status_code == 200


def test_a_first_link_is_bound_to_its_role(db: None) -> None:
    client = _first(RoleCode.COMPLIANCE_OFFICER)
    _choose(client, role="admin", purpose="first_admin", is_superuser="1", **MINE)
    first = User.objects.get(username="first")
    assert has(first, Permission.APPROVAL_DECIDE)
    assert not has(first, Permission.PEOPLE_MANAGE)


def test_a_first_link_does_nothing_once_the_office_is_held(db: None) -> None:
    client = _first(RoleCode.ADMIN)
    person("ada", role=RoleCode.ADMIN)
    assert _choose(client, **MINE).status_code == 410
    assert not User.objects.filter(username="first").exists()


def test_a_taken_name_is_said_so(db: None) -> None:
    client = _first(RoleCode.ADMIN)
    person("First", role=None)
    assert _choose(client, **MINE).status_code == 200
    assert User.objects.filter(username__iexact="first").count() == 1

"""Attacks on accounts and roles: stolen sessions, redirects, forged hosts, guards that are walked around."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from people.accounts.links import find_link
from people.accounts.models import Kind
from people.accounts.services import create_person
from people.roles.models import GrantState, RoleCode, RoleGrant
from tests.cast import PASSWORD, client_of, code_of, sign_in
from tests.people.conftest import _origin, people
from tests.people.helpers import confirm_identity, mailed_path

__all__ = ["_origin", "people"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(people: SimpleNamespace, django_capture_on_commit_callbacks) -> str:
    """The path mailed to nora, a new colleague."""
    with django_capture_on_commit_callbacks(execute=True):
        create_person(
            actor=people.ada,
            username="nora",
            display_name="Nora",
            email="nora@example.test",
            kind=Kind.STAFF,
            language="en",
        )
    return mailed_path()


def test_whoever_reads_the_sessions_finds_no_link_that_works(link: str) -> None:
    browser = Client()
    assert browser.get(link).status_code == 302
    assert browser.get("/welcome/").status_code == 200
    kept = [str(value) for session in Session.objects.all() for value in session.get_decoded().values()]
    assert kept
    assert not [value for value in kept if find_link(value) or value in link]


@pytest.mark.parametrize(
    "target", ["//evil.test/", "https://evil.test/", "///evil.test", "\\\\evil.test", "javascript:alert(1)"]
)
def test_an_open_redirect(people: SimpleNamespace, target: str) -> None:
    signing_in = sign_in(Client(), people.ming, next=target)
    themed = Client().post(reverse("ui:theme"), {"theme": "dark", "next": target})
    spoken = Client().post(reverse("ui:language"), {"language": "en", "next": target})
    ming = client_of(people.ming)
    answer = {"step_up_code": code_of(people.ming), "next": target}
    confirmed = ming.post(reverse("account_reauthenticate"), answer)
    left = client_of(people.lin).post(reverse("account_logout"), {"next": target})
    for answer in (signing_in, themed, spoken, confirmed, left):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert "evil" not in answer["Location"]


@pytest.mark.parametrize(
    "host", ["evil.test", "localhost.evil.test", "localhost:8000@evil.test", "evil.test:80"]
)
def test_a_forged_host_gets_nothing(people: SimpleNamespace, host: str) -> None:
    browser = client_of(people.ming)
    browser.raise_request_exception = False
    assert browser.get("/people/", HTTP_HOST=host).status_code == 400
    page = browser.get("/", HTTP_X_FORWARDED_HOST=host)
    assert page.status_code == 200
    assert "evil" not in page.content.decode()


def test_addresses_are_counted_as_the_proxies_say() -> None:
    """Else all people behind one proxy share one limit of failed sign-ins, or a client chooses its own."""
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == settings.TRUSTED_PROXIES


def test_guessing_passwords_is_stopped_and_a_chosen_address_does_not_help(people: SimpleNamespace) -> None:
    for number in range(12):
        Client().post(
            reverse("account_login"),
            {"login": f"ming{number % 3}", "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
            REMOTE_ADDR="203.0.113.9",
        )
    answer = Client().post(
        reverse("account_login"), {"login": "ming", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9"
    )
    assert answer.status_code != 302
    elsewhere = Client().post(
        reverse("account_login"), {"login": "ming", "password": PASSWORD}, REMOTE_ADDR="203.0.113.10"
    )
    assert elsewhere.status_code == 302


def test_a_temporary_table_does_not_stand_in_for_the_roles(people: SimpleNamespace) -> None:
    """SQL in the web process: names of tables in the guards must not be looked up in the session's own."""
    with connection.cursor() as cursor:
        cursor.execute("create temp table people_role (code text, duty text, opens_data boolean)")
        cursor.execute("insert into people_role values ('agent', 'business', false)")
        with pytest.raises(IntegrityError, match="grant_opening_is_confirmed"):
            cursor.execute(
                "insert into public.people_rolegrant (id, user_id, role_id, state, granted_by_id, created_at)"
                " values (gen_random_uuid(), %s, 'agent', 'active', %s, now())",
                [people.olivia.pk, people.ada.pk],
            )


def test_no_way_to_decide_on_oneself_by_a_second_account(people: SimpleNamespace) -> None:
    """An administrator's puppet: without an officer's word its role stays shut, whoever holds both."""
    browser = client_of(people.ada)
    confirm_identity(browser)
    browser.post(
        reverse("people:person_add"),
        {"username": "puppet", "display_name": "P", "email": "p@x.test", "kind": "staff", "language": "en"},
    )
    puppet = type(people.ada).objects.get(username="puppet")
    for role in (RoleCode.COMPLIANCE_OFFICER, RoleCode.AGENT):
        browser.post(
            reverse("people:grant_role", args=[puppet.pk]),
            {"role": role, "reason": "needed", "state": "active", "confirmed_by": str(people.ada.pk)},
        )
    states = set(RoleGrant.objects.filter(user=puppet).values_list("state", flat=True))
    assert states == {GrantState.PENDING}
    for asked in browser.get(reverse("people:approvals"), {"view": "requested"}).context["rows"]:
        path = reverse("people:approval_decide", args=[asked[0].pk])
        browser.post(path, {"verdict": "approve", "reason": "mine"})
    assert set(RoleGrant.objects.filter(user=puppet).values_list("state", flat=True)) == {GrantState.PENDING}

"""Signing in and out: nothing told about who exists, and a closed account has no session."""

from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from people.accounts.models import User
from people.accounts.services import disable_person
from people.accounts.system import SYSTEM_ID
from tests.cast import PASSWORD, client_of, code_of

pytestmark = pytest.mark.django_db


def _sign_in(name: str, password: str = PASSWORD, client: Client | None = None):
    """The first step, and with the right password the second."""
    client = client or Client()
    answer = client.post(reverse("account_login"), {"login": name, "password": password})
    if answer.status_code == 302 and answer["Location"] == reverse("mfa_authenticate"):
        user = User.objects.get(username__iexact=name)
        answer = client.post(answer["Location"], {"code": code_of(user)})
    return client, answer


@pytest.mark.parametrize("name", ["ming", "MING", "Ming"])
def test_the_name_counts_in_any_case(people: SimpleNamespace, name: str) -> None:
    client, answer = _sign_in(name)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(people.ming.pk)


def test_a_new_session_begins_at_sign_in(people: SimpleNamespace) -> None:
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    client.cookies["session"] = session.session_key
    planted = session.session_key
    _sign_in("ming", client=client)
    assert client.session.session_key != planted


def test_unknown_names_and_wrong_passwords_look_the_same(people: SimpleNamespace) -> None:
    wrong = _sign_in("ming", "not the pass phrase")[1]
    unknown = _sign_in("nobody-by-this-name", "not the pass phrase")[1]
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "password/set/"])
def test_no_page_opens_an_account_or_mails_a_password(people: SimpleNamespace, path: str) -> None:
    """Neither for strangers nor for whoever has taken over an open session."""
    assert Client().get(f"/account/{path}").status_code == 404
    assert client_of(people.ming).get(f"/account/{path}").status_code == 404


def test_the_sign_in_page_offers_neither(people: SimpleNamespace) -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert "signup" not in page
    assert "password/reset" not in page


def test_a_disabled_account_is_out_at_its_next_request(people: SimpleNamespace) -> None:
    client, _answer = _sign_in("ming")
    assert client.get(reverse("people:me")).status_code == 200
    disable_person(actor=people.ada, person=people.ming)
    assert client.get(reverse("people:me")).status_code == 302
    assert not Session.objects.filter(session_key=client.cookies["session"].value).exists()


def test_even_with_the_session_still_in_the_store(people: SimpleNamespace) -> None:
    """The check is made on each request, not only when sessions are removed."""
    client = client_of(people.ming)
    User.objects.filter(pk=people.ming.pk).update(is_active=False, disabled_at="2026-01-01T00:00Z")
    assert client.get(reverse("people:me")).status_code == 302


def test_a_disabled_account_does_not_sign_in(people: SimpleNamespace) -> None:
    disable_person(actor=people.ada, person=people.ming)
    client, _answer = _sign_in("ming")
    assert "_auth_user_id" not in client.session


def test_the_houses_own_account_has_no_session(people: SimpleNamespace) -> None:
    client = Client()
    _sign_in("system", "!", client)
    assert "_auth_user_id" not in client.session
    forced = client_of(User.objects.get(pk=SYSTEM_ID))
    assert forced.get(reverse("people:me")).status_code == 302


def test_passwords_are_kept_as_argon2id(people: SimpleNamespace, settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    people.ming.set_password(PASSWORD)
    assert people.ming.password.startswith("argon2$argon2id$")
    assert people.ming.check_password(PASSWORD)

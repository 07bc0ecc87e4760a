"""Second factors on their pages: set up, used, moved, removed; recovery codes shown once and counted."""

import json
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from people.accounts.models import Kind
from tests.cast import PASSWORD, client_of, code_of, person, sign_in
from tests.people.helpers import confirm_identity, delivered, logged, set_up_app

pytestmark = pytest.mark.django_db

PAGE, APP = "/me/sign-in/", "/me/sign-in/app/"


@pytest.fixture
def nora(people: SimpleNamespace):
    """A colleague who has a password and no second factor yet."""
    somebody = person("nora", kind=Kind.STAFF)
    Authenticator.objects.filter(user=somebody).delete()
    return somebody


def test_a_colleague_sets_up_an_app_and_signs_in_with_it(nora) -> None:
    client = Client()
    assert sign_in(client, nora).status_code == 302
    assert client.get("/")["Location"] == APP
    before = client.session.session_key
    codes = set_up_app(client)
    assert client.session.session_key != before
    assert client.get(reverse("people:me")).status_code == 200
    assert len(set(codes)) == 10
    kept = Authenticator.objects.get(user=nora, type="totp")
    assert logged(Action.FACTOR_ADD, nora.pk) == 1
    other = Client()
    assert (
        other.post("/account/login/", {"login": "nora", "password": PASSWORD})["Location"] == "/account/code/"
    )
    assert other.get(reverse("people:me")).status_code == 302
    assert other.post("/account/code/", {"code": codes[0]}).status_code == 302
    assert other.get(reverse("people:me")).status_code == 200
    kept.refresh_from_db()
    assert "9 left" in other.get(PAGE).content.decode()
    assert logged(Action.FACTOR_USE, nora.pk) == 1


def test_no_secret_lies_in_the_clear(nora) -> None:
    """Neither in the factors nor, while an app is being set up, in the session."""
    client = Client()
    sign_in(client, nora)
    secret = client.get(APP).context["secret"].replace(" ", "")
    assert client.get(APP).context["secret"].replace(" ", "") == secret  # a second look does not undo a scan
    kept = [str(one.get_decoded()) for one in Session.objects.all()]
    assert kept
    assert not [one for one in kept if secret in one]
    codes = set_up_app(client)
    rows = json.dumps(list(Authenticator.objects.filter(user=nora).values_list("data", flat=True)))
    assert not [one for one in (secret, *codes, *(code.replace("-", "") for code in codes)) if one in rows]


def test_recovery_codes_are_shown_once_and_made_anew_after_a_step_up(nora) -> None:
    client = Client()
    sign_in(client, nora)
    codes = set_up_app(client)
    assert not [code for code in codes if code in client.get(PAGE).content.decode()]
    make = reverse("people:factor_codes")
    assert "step_up_code" in client.post(make).content.decode()
    new = client.post(make, {"step_up_code": code_of(nora)}).context["codes"]
    assert not set(new) & set(codes)
    for code, let_in in ((codes[1], False), (new[1], True)):
        other = Client()
        other.post("/account/login/", {"login": "nora", "password": PASSWORD})
        other.post("/account/code/", {"code": code})
        assert ("_auth_user_id" in other.session) is let_in


def test_moving_to_another_phone_ends_the_old_one_and_other_sessions(people: SimpleNamespace) -> None:
    client, elsewhere = Client(), Client()
    sign_in(client, people.ming)
    sign_in(elsewhere, people.ming)
    assert client.get(APP).status_code == 302  # asks who one is
    confirm_identity(client)
    old = Authenticator.objects.get(user=people.ming, type="totp")
    set_up_app(client)
    assert not Authenticator.objects.filter(pk=old.pk).exists()
    assert client.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302


def test_staff_keep_one_and_outside_people_may_do_without(people: SimpleNamespace) -> None:
    ming, bo = client_of(people.ming), client_of(people.bo)
    confirm_identity(ming)
    mine = Authenticator.objects.get(user=people.ming)
    remove = reverse("people:factor_remove", args=[mine.pk])
    assert "You need a second factor" in ming.post(remove, follow=True).content.decode()
    assert Authenticator.objects.filter(pk=mine.pk).exists()
    assert bo.get(PAGE).status_code == 200
    confirm_identity(bo)
    set_up_app(bo)
    confirm_identity(bo)
    theirs = Authenticator.objects.get(user=people.bo, type="totp")
    bo.post(reverse("people:factor_remove", args=[theirs.pk]))
    assert not Authenticator.objects.filter(user=people.bo).exists()  # the recovery codes go along
    assert logged(Action.FACTOR_REMOVE, people.bo.pk) == 1


def test_its_person_is_told_of_each_change(
    people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    client = client_of(people.ming)
    confirm_identity(client)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
        client.post(reverse("people:factor_codes"))
    delivered()
    assert [message.to for message in mail.outbox] == [[people.ming.email]] * len(mail.outbox)
    assert {message.subject for message in mail.outbox} >= {"Sealroom: A second factor was set up"}
    assert not [message for message in mail.outbox if "http" in message.body]


def test_a_wrong_first_code_sets_nothing_up(nora) -> None:
    client = Client()
    sign_in(client, nora)
    client.get(APP)
    answer = client.post(APP, {"code": "000000"})
    assert "not the code that the app shows" in answer.content.decode()
    assert not Authenticator.objects.filter(user=nora).exists()

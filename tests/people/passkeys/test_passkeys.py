"""Passkeys on their pages: added, used in three ways, renamed, removed; what each leaves in the log."""

from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.factors.access import has_factor, is_obliged
from people.factors.resetting import reset_factors
from people.passkeys import ceremonies
from people.passkeys.services import MOST
from tests.cast import PASSWORD, client_of, person, sign_in
from tests.people.helpers import confirm_identity, delivered, logged, mailed_path
from tests.people.passkeys.device import Device, add_passkey, come_in, options_for

pytestmark = pytest.mark.django_db
PAGE = "/me/sign-in/"


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def nora(people: SimpleNamespace) -> User:
    """A colleague with a password and no factor."""
    somebody = person("nora")
    Authenticator.objects.filter(user=somebody).delete()
    return somebody


def test_a_colleague_sets_a_passkey_up_as_the_first_factor(nora: User) -> None:
    client = Client()
    sign_in(client, nora)
    assert client.get("/")["Location"] == "/me/sign-in/app/"
    before = client.session.session_key
    device, answer = add_passkey(client)
    assert len(answer.context["codes"]) == 10
    assert client.session.session_key != before
    assert client.get("/me/").status_code == 200
    assert has_factor(nora)
    assert logged(Action.FACTOR_ADD, nora.pk) == 1
    assert LogEntry.objects.filter(action=Action.FACTOR_ADD, object_id=nora.pk).get().fields == ["webauthn"]
    other = Client()
    come_in(other, device.signed(options_for(other, "sign_in")))
    assert other.get("/me/").status_code == 200


def test_a_whole_sign_in_without_a_name_and_a_password(device: Device, people: SimpleNamespace) -> None:
    browser = Client()
    options = options_for(browser, "sign_in")
    assert options["publicKey"].get("allowCredentials", []) == []
    assert options["publicKey"]["userVerification"] == "required"
    before = browser.session.session_key
    answer = come_in(browser, device.signed(options), next="/me/duties/")
    assert answer["Location"] == "/me/duties/"
    assert browser.session["_auth_user_id"] == str(people.ming.pk)
    assert browser.session.session_key != before
    used = LogEntry.objects.using("default").filter(action=Action.FACTOR_USE, object_id=people.ming.pk)
    assert used.filter(fields=["webauthn"]).count() == 1
    assert LogEntry.objects.filter(action=Action.SESSION_SIGN_IN, actor=people.ming.pk).exists()
    assert browser.get("/clients/").status_code == 200


def test_the_second_step_after_the_password(device: Device, people: SimpleNamespace) -> None:
    browser = Client()
    browser.post("/account/login/", {"login": "ming", "password": PASSWORD})
    assert "data-passkey" in browser.get("/account/code/").content.decode()
    options = options_for(browser, "second")
    assert len(options["publicKey"]["allowCredentials"]) == 1
    answer = browser.post("/account/code/", {"credential": device.signed(options)})
    assert answer.status_code == 302
    assert browser.get("/me/").status_code == 200
    lin = Client()
    lin.post("/account/login/", {"login": "lin", "password": PASSWORD})
    assert "data-passkey" not in lin.get("/account/code/").content.decode()


def test_a_step_up(device: Device, people: SimpleNamespace) -> None:
    browser = Client()
    come_in(browser, device.signed(options_for(browser, "sign_in")))
    remove = reverse("people:factor_codes")
    asked = browser.post(remove).content.decode()
    assert "step_up_passkey" in asked
    assert "data-passkey" in asked
    wrong = browser.post(remove, {"step_up_passkey": "{}"})
    assert 'role="alert"' in wrong.content.decode()
    typed = device.but(counter=0).signed(options_for(browser, "step_up"))
    answer = browser.post(remove, {"step_up_passkey": typed})
    assert len(answer.context["codes"]) == 10
    assert logged(Action.SESSION_STEP_UP, people.ming.pk) == 2  # the fixture's, and this one
    assert typed not in browser.post("/account/reauthenticate/", {"step_up_passkey": typed}).content.decode()


def test_recovery_codes_stand_in_for_a_passkey_alone(nora: User) -> None:
    client = Client()
    sign_in(client, nora)
    codes = add_passkey(client)[1].context["codes"]
    other = Client()
    other.post("/account/login/", {"login": "nora", "password": PASSWORD})
    for _twice in range(2):
        other.post("/account/code/", {"code": codes[0]})
    assert is_in(other)
    assert "9 left" in other.get(PAGE).content.decode()


def test_the_page_names_them_and_a_name_is_changed(
    device: Device, ming: Client, people: SimpleNamespace
) -> None:
    mine = Authenticator.objects.get(user=people.ming, type="webauthn")
    assert "<strong>Phone</strong>" in ming.get(PAGE).content.decode()
    ming.post(reverse("people:passkey_rename", args=[mine.pk]), {"name": "Key <of> the desk"})
    assert "<strong>Key &lt;of&gt; the desk</strong>" in ming.get(PAGE).content.decode()
    assert logged(Action.FACTOR_RENAME, people.ming.pk) == 1
    browser = Client()
    come_in(browser, device.signed(options_for(browser, "sign_in")))
    assert is_in(browser)


def test_one_of_two_factors_is_removed_and_the_last_of_staff_is_not(
    device: Device, ming: Client, people: SimpleNamespace
) -> None:
    elsewhere = Client()
    come_in(elsewhere, device.signed(options_for(elsewhere, "sign_in")))
    app = Authenticator.objects.get(user=people.ming, type="totp")
    passkey = Authenticator.objects.get(user=people.ming, type="webauthn")
    assert "Phone" in ming.get(reverse("people:factor_remove", args=[passkey.pk])).content.decode()
    ming.post(reverse("people:factor_remove", args=[passkey.pk]))
    assert set(Authenticator.objects.filter(user=people.ming).values_list("type", flat=True)) == {
        "totp",
        "recovery_codes",
    }
    assert logged(Action.FACTOR_REMOVE, people.ming.pk) == 1
    assert elsewhere.get("/me/").status_code == 302
    browser = Client()
    come_in(browser, device.signed(options_for(browser, "sign_in")))
    assert not is_in(browser)
    answer = ming.post(reverse("people:factor_remove", args=[app.pk]), follow=True)
    assert "You need a second factor" in answer.content.decode()
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_its_person_is_told(
    ming: Client, people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add_passkey(ming)
    assert [message.to for message in delivered()] == [[people.ming.email]]


def test_no_more_than_a_page_shows(device: Device, ming: Client, people: SimpleNamespace) -> None:
    for number in range(1, MOST):
        add_passkey(ming, name=f"Key {number}")
    _device, answer = add_passkey(ming)
    assert f"You have {MOST} passkeys" in answer.content.decode()
    assert Authenticator.objects.filter(user=people.ming, type="webauthn").count() == MOST


def test_without_a_script_the_pages_work_by_codes(ming: Client, people: SimpleNamespace) -> None:
    """What a browser without JavaScript sends is answered in words."""
    ming.post(reverse("people:passkey_options"))
    answer = ming.post(reverse("people:passkey_add"), {"name": "Phone", "credential": ""})
    assert "No passkey was made" in answer.content.decode()
    nobody = Client()
    answer = nobody.post(reverse("account_passkey"), follow=True)
    assert "not accepted" in answer.content.decode() or "未通过" in answer.content.decode()


def test_after_a_reset_a_passkey_needs_the_link_too(
    people: SimpleNamespace, device: Device, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reset_factors(actor=people.ada, person=people.ming)
    mine = [message for message in mail.outbox if message.to == [people.ming.email]]
    mail.outbox.append(mine[0])
    browser = Client()
    come_in(browser, device.signed(options_for(browser, "sign_in")))
    assert not is_in(browser)
    thief, owner = Client(), Client()
    sign_in(thief, people.ming)
    _device, answer = add_passkey(thief)
    assert "Open the link in the mail" in answer.content.decode()
    assert not has_factor(people.ming)
    assert is_obliged(people.ming)
    owner.get(mailed_path())
    sign_in(owner, people.ming)
    _device, answer = add_passkey(owner)
    assert len(answer.context["codes"]) == 10
    assert owner.get("/me/").status_code == 200


def test_the_database_keeps_a_passkey_to_one_account(device: Device, people: SimpleNamespace) -> None:
    mine = Authenticator.objects.get(user=people.ming, type="webauthn")
    with pytest.raises(IntegrityError, match="people_passkey_once"), transaction.atomic():
        Authenticator.objects.create(user=people.lin, type="webauthn", data=mine.data)


def test_a_passkey_and_an_app_side_by_side(device: Device, people: SimpleNamespace) -> None:
    by_app, by_passkey = Client(), Client()
    sign_in(by_app, people.ming)
    come_in(by_passkey, device.signed(options_for(by_passkey, "sign_in")))
    assert (is_in(by_app), is_in(by_passkey)) == (True, True)


def test_an_outside_person_may_have_one_alone(people: SimpleNamespace) -> None:
    bo = client_of(people.bo)
    confirm_identity(bo)
    device, _answer = add_passkey(bo)
    confirmed = device.signed(options_for(bo, "step_up"))
    bo.post("/account/reauthenticate/", {"step_up_passkey": confirmed})
    mine = Authenticator.objects.get(user=people.bo, type="webauthn")
    bo.post(reverse("people:factor_remove", args=[mine.pk]))
    assert not Authenticator.objects.filter(user=people.bo).exists()  # the recovery codes go along


def test_what_is_kept_is_bound_to_the_houses_own_address(settings) -> None:
    settings.PUBLIC_ADDRESS = "https://vault.example.cn"
    with acting_as(Origin()):
        server = ceremonies._server()
    assert server.rp.id == "vault.example.cn"
    assert server._verify("https://vault.example.cn")
    for other in ("https://evil.vault.example.cn", "https://vault.example.cn:444", "http://vault.example.cn"):
        assert not server._verify(other)

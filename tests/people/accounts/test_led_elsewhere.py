"""Attacks with addresses: led elsewhere after a sign-in (`next`), and pages asked for under another host."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from people.accounts.services import resend_link
from tests.cast import PASSWORD, client_of, code_of
from tests.people.helpers import confirm_identity
from tests.people.passkeys.device import add_passkey, come_in, options_for

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    " https://evil.example/",
    "\thttps://evil.example/",
    "/\t/evil.example/",
    "https://evil.example\\@testserver/",
]
HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost@evil.example",
    "evil.example#localhost",
]


def _by_password(people: SimpleNamespace, going_to: str) -> list[Any]:
    client = Client()
    first = client.post(
        f"/account/login/?next={going_to}", {"login": "bo", "password": PASSWORD, "next": going_to}
    )
    return [first]


def _by_code(people: SimpleNamespace, going_to: str) -> list[Any]:
    client = Client()
    first = client.post("/account/login/", {"login": "ming", "password": PASSWORD, "next": going_to})
    return [first, client.post("/account/code/", {"code": code_of(people.ming), "next": going_to})]


def _by_passkey(people: SimpleNamespace, going_to: str) -> list[Any]:
    owner, client = client_of(people.ming), Client()
    confirm_identity(owner)
    device, _answer = add_passkey(owner)
    refused = come_in(client, "{}", next=going_to)
    came = come_in(client, device.signed(options_for(client, "sign_in")), next=going_to)
    return [refused, came, come_in(client, "{}", next=going_to)]


def _by_step_up(people: SimpleNamespace, going_to: str) -> list[Any]:
    client = client_of(people.ming)
    return [client.post("/account/reauthenticate/", {"next": going_to, "step_up_code": code_of(people.ming)})]


def _by_signing_out(people: SimpleNamespace, going_to: str) -> list[Any]:
    return [client_of(people.ming).post("/account/logout/", {"next": going_to})]


def _signed_in_already(people: SimpleNamespace, going_to: str) -> list[Any]:
    client = client_of(people.ming)
    return [
        client.get("/account/login/", {"next": going_to}),
        client.get("/account/code/", {"next": going_to}),
    ]


WAYS = (_by_password, _by_code, _by_passkey, _by_step_up, _by_signing_out, _signed_in_already)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("going_to", ELSEWHERE)
def test_attack_nobody_is_led_elsewhere(people: SimpleNamespace, way, going_to: str) -> None:
    for answer in way(people, going_to):
        assert answer.status_code == 302
        assert "evil" not in answer["Location"].replace("%", "")
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("way", [_by_password, _by_passkey, _by_step_up])
def test_a_page_of_ours_is_come_back_to(people: SimpleNamespace, way) -> None:
    assert "/me/duties/" in [answer["Location"] for answer in way(people, "/me/duties/")]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "address",
    ["/account/login/", "/account/code/", "/account/passkey/", "/account/passkey/challenge/", "/me/sign-in/",
     "/me/sign-in/passkey/", "/me/sessions/", "/account/reauthenticate/", "/welcome/", "/welcome/token/"],
)  # fmt: skip
def test_attack_another_host_is_answered_nothing(people: SimpleNamespace, host: str, address: str) -> None:
    client = client_of(people.ming)
    for method in (client.get, client.post):
        answer = method(address, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.content.decode()


def test_attack_a_forwarded_host_changes_no_link(
    people: SimpleNamespace, settings, django_capture_on_commit_callbacks
) -> None:
    """Links in mails hold the house's own address, whatever the request of whoever sends them says."""
    ada = client_of(people.ada)
    confirm_identity(ada)
    with django_capture_on_commit_callbacks(execute=True):
        ada.post(
            f"/people/{people.lin.pk}/link/",
            headers={
                "X-Forwarded-Host": "evil.example",
                "X-Host": "evil.example",
                "Forwarded": "host=evil.example",
            },
        )
        resend_link(actor=people.ada, person=people.bo)
    assert len(mail.outbox) == 2
    assert all(f"{settings.PUBLIC_ADDRESS}/welcome/" in message.body for message in mail.outbox)
    assert not any("evil" in message.body for message in mail.outbox)


def test_attack_passkeys_are_asked_for_the_houses_own_name(people: SimpleNamespace, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    answer = client.post("/account/passkey/challenge/", {"for": "sign_in"}, headers={"Host": "evil.example"})
    assert answer.json()["publicKey"]["rpId"] == "localhost"

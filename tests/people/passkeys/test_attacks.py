"""Attacks on passkeys: other origins, other people's, replayed, stale, unverified, copied, tampered with."""

import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import Action, Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.accounts.services import disable_person
from people.passkeys import ceremonies
from people.passkeys.ceremonies import LONGEST_ANSWER, Purpose, claimed_by, new_passkey, read, signed_by
from tests.cast import PASSWORD, cast, client_of
from tests.people.helpers import confirm_identity, delivered
from tests.people.passkeys.device import PRESENT, Device, add_passkey, come_in, options_for

pytestmark = pytest.mark.django_db
Changed = Callable[[Device], Device]
# What an attacker's browser or device says instead, and must not get away with.
LIES: dict[str, Changed] = {
    "another origin": lambda device: device.but(origin="https://sealroom.example.net"),
    "a host below ours": lambda device: device.but(origin="http://evil.localhost:8000"),
    "another port": lambda device: device.but(origin="http://localhost:1"),
    "another scheme": lambda device: device.but(origin="https://localhost:8000"),
    "another rp id": lambda device: device.but(rp_id="example.net"),
    "a frame elsewhere": lambda device: device.but(cross_origin=True),
    "an unverified user": lambda device: device.but(flags=PRESENT),
    "nobody there": lambda device: device.but(flags=0x04),
}
SIGNER_LIES = LIES | {
    "another key": lambda device: device.but(key=ec.generate_private_key(ec.SECP256R1())),
    "an unknown passkey": lambda device: device.but(credential_id=secrets.token_bytes(32)),
    "an unknown person": lambda device: device.but(handle=secrets.token_bytes(16)),
    "no person": lambda device: device.but(handle=b""),
    "a long handle": lambda device: device.but(handle=bytes(64)),
}


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refused(user: User | None = None, reason: Reason = Reason.BAD_PASSKEY) -> int:
    found = LogEntry.objects.filter(action=Action.FACTOR_FAIL, reason=reason)
    return (found.filter(object_id=user.pk) if user else found).count()


@pytest.mark.parametrize("lie", SIGNER_LIES)
def test_attack_a_sign_in_with_a_lie(device: Device, people: SimpleNamespace, lie: str) -> None:
    browser, before = Client(), refused()
    answer = come_in(browser, SIGNER_LIES[lie](device).signed(options_for(browser, "sign_in")))
    assert (is_in(browser), answer["Location"]) == (False, "/account/login/")
    assert refused() == before + 1


@pytest.mark.parametrize("lie", [one for one in SIGNER_LIES if "person" not in one and "handle" not in one])
def test_attack_a_second_step_with_a_lie(device: Device, people: SimpleNamespace, lie: str) -> None:
    browser = Client()
    browser.post("/account/login/", {"login": "ming", "password": PASSWORD})
    typed = SIGNER_LIES[lie](device).signed(options_for(browser, "second"))
    answer = browser.post("/account/code/", {"credential": typed})
    assert (is_in(browser), answer.status_code) == (False, 200)
    assert refused(people.ming) == 1


@pytest.mark.parametrize("lie", LIES)
def test_attack_a_new_passkey_with_a_lie(ming: Client, people: SimpleNamespace, lie: str) -> None:
    _device, answer = add_passkey(ming, LIES[lie](Device()))
    assert "No passkey was made" in answer.content.decode()
    assert not Authenticator.objects.filter(user=people.ming, type="webauthn").exists()


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
def test_attack_each_part_tampered_with(device: Device, people: SimpleNamespace, part: str) -> None:
    """One bit of it: near either end, and in between."""
    browser = Client()
    for place in (0.02, 0.34, 0.67, 0.99):
        answer = json.loads(device.signed(options_for(browser, "sign_in")))
        changed = bytearray(websafe_decode(answer["response"][part]))
        changed[int(place * len(changed))] ^= 1
        answer["response"][part] = websafe_encode(bytes(changed))
        come_in(browser, json.dumps(answer))
        assert not is_in(browser), place


def test_attack_a_replayed_answer(device: Device, people: SimpleNamespace) -> None:
    owner, thief = Client(), Client()
    typed = device.signed(options_for(owner, "sign_in"))
    come_in(owner, typed)
    assert is_in(owner)
    options_for(thief, "sign_in")
    for browser in (thief, Client()):
        come_in(browser, typed)
        assert not is_in(browser)
    owner.post("/account/logout/")
    come_in(owner, typed)  # in the same browser, whose challenge is spent
    assert not is_in(owner)


def test_attack_a_challenge_counts_once_even_after_a_failure(device: Device, people: SimpleNamespace) -> None:
    browser = Client()
    options = options_for(browser, "sign_in")
    come_in(browser, device.but(rp_id="example.net").signed(options))
    come_in(browser, device.signed(options))
    assert not is_in(browser)


def test_attack_a_challenge_of_another_session(device: Device, people: SimpleNamespace) -> None:
    """Whoever talks somebody into signing the attacker's challenge needs their browser as well."""
    attacker, victim = Client(), Client()
    typed = device.signed(options_for(attacker, "sign_in"))
    options_for(victim, "sign_in")
    come_in(victim, typed)
    assert not is_in(victim)


def test_attack_a_stale_challenge(device: Device, people: SimpleNamespace) -> None:
    browser = Client()
    typed = device.signed(options_for(browser, "sign_in"))
    session = browser.session
    session["passkey"] = session["passkey"] | {"at": time.time() - ceremonies.LIFETIME - 1}
    session.save()
    come_in(browser, typed)
    assert not is_in(browser)


@pytest.mark.parametrize("asked", ["second", "step_up", "add"])
def test_attack_a_challenge_asked_for_something_else(
    device: Device, ming: Client, people: SimpleNamespace, asked: str
) -> None:
    """What was signed for one purpose serves no other."""
    browser = ming
    if asked == "second":
        browser = Client()
        browser.post("/account/login/", {"login": "ming", "password": PASSWORD})
    options = (
        browser.post(reverse("people:passkey_options")).json()
        if asked == "add"
        else options_for(browser, asked)
    )
    typed = device.signed(options)
    if asked == "second":
        come_in(browser, typed)
        assert not is_in(browser)
    else:
        other = Client()
        session = other.session
        session["passkey"] = browser.session["passkey"]
        session.save()
        other.cookies["session"] = session.session_key
        come_in(other, typed)
        assert not is_in(other)


def test_attack_a_registration_is_no_signature(device: Device, people: SimpleNamespace) -> None:
    browser = Client()
    come_in(browser, device.made(options_for(browser, "sign_in")))
    assert not is_in(browser)


def test_attack_another_persons_passkey(device: Device, people: SimpleNamespace) -> None:
    """One's own passkey for another's account: by the handle, at the second step, and at a step-up."""
    lin = client_of(people.lin)
    confirm_identity(lin)
    own, _answer = add_passkey(lin)
    browser = Client()
    come_in(browser, own.but(handle=people.ming.pk.bytes).signed(options_for(browser, "sign_in")))
    assert not is_in(browser)
    browser.post("/account/login/", {"login": "ming", "password": PASSWORD})
    browser.post("/account/code/", {"credential": own.signed(options_for(browser, "second"))})
    assert not is_in(browser)
    ming = client_of(people.ming)
    answer = ming.post(
        "/account/reauthenticate/", {"step_up_passkey": own.signed(options_for(ming, "step_up"))}
    )
    assert answer.status_code == 200
    assert refused(people.ming) == 3


def test_attack_a_passkey_of_another_is_not_added(
    device: Device, ming: Client, people: SimpleNamespace
) -> None:
    """Whoever has seen a public key and its id registers it nowhere else."""
    lin = client_of(people.lin)
    confirm_identity(lin)
    _own, answer = add_passkey(lin, device)
    assert "registered already" in answer.content.decode()
    assert not Authenticator.objects.filter(user=people.lin, type="webauthn").exists()


def test_attack_another_persons_passkey_is_neither_renamed_nor_removed(
    device: Device, people: SimpleNamespace
) -> None:
    theirs = Authenticator.objects.get(user=people.ming, type="webauthn")
    lin = client_of(people.lin)
    confirm_identity(lin)
    for name in ("passkey_rename", "factor_remove"):
        assert lin.post(reverse(f"people:{name}", args=[theirs.pk]), {"name": "x"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Phone"


def test_attack_a_row_put_into_the_database(device: Device, people: SimpleNamespace) -> None:
    """Whoever writes to the table, without the key: one's own passkey in another's row, and one moved."""
    mine = Authenticator.objects.get(user=people.ming, type="webauthn")
    lin = client_of(people.lin)
    confirm_identity(lin)
    own, _answer = add_passkey(lin)
    row = Authenticator.objects.get(user=people.lin, type="webauthn")
    planted, kept = dict(row.data), dict(mine.data)
    row.delete()
    Authenticator.objects.filter(pk=mine.pk).update(data=planted | {"seal": kept["seal"]})
    browser = Client()
    come_in(browser, own.but(handle=people.ming.pk.bytes).signed(options_for(browser, "sign_in")))
    assert not is_in(browser)
    Authenticator.objects.filter(pk=mine.pk).update(data=planted)
    answer = come_in(browser, own.but(handle=people.ming.pk.bytes).signed(options_for(browser, "sign_in")))
    assert (is_in(browser), answer.status_code) == (False, 503)


@pytest.mark.parametrize("second", [0, 4, 5])
def test_attack_a_copied_passkey(
    ming: Client, people: SimpleNamespace, second: int, django_capture_on_commit_callbacks
) -> None:
    """Its counter stays or goes back: refused, logged, told, and stopped for whoever has either copy."""
    device, _answer = add_passkey(ming, Device(counter=3))
    owner, thief = Client(), Client()
    come_in(owner, device.but(counter=5).signed(options_for(owner, "sign_in")))
    assert is_in(owner)
    with django_capture_on_commit_callbacks(execute=True):
        come_in(thief, device.but(counter=second).signed(options_for(thief, "sign_in")))
    assert not is_in(thief)
    assert refused(people.ming, Reason.PASSKEY_COPIED) == 1
    stopped = [message.to for message in delivered() if "passkey was stopped" in message.subject]
    assert stopped == [[people.ming.email]]
    come_in(thief, device.but(counter=9).signed(options_for(thief, "sign_in")))
    assert not is_in(thief)
    confirm_identity(ming)
    assert "may have been copied" in ming.get("/me/sign-in/").content.decode()


def test_attack_a_device_that_counted_before_says_nothing_now(ming: Client, people: SimpleNamespace) -> None:
    device, _answer = add_passkey(ming, Device(counter=0))
    for counter, let_in in ((0, True), (7, True), (8, True), (0, False)):
        browser = Client()
        come_in(browser, device.but(counter=counter).signed(options_for(browser, "sign_in")))
        assert is_in(browser) is let_in


def test_attack_the_passkey_of_a_closed_account(device: Device, people: SimpleNamespace) -> None:
    disable_person(actor=people.ada, person=people.ming)
    browser = Client()
    come_in(browser, device.signed(options_for(browser, "sign_in")))
    assert not is_in(browser)


def test_attack_a_cookie_alone_adds_no_passkey(people: SimpleNamespace) -> None:
    client = client_of(people.ming)
    assert client.post(reverse("people:passkey_options")).status_code == 403
    client.post(reverse("people:passkey_add"), {"name": "x", "credential": "{}"})
    assert not Authenticator.objects.filter(user=people.ming, type="webauthn").exists()


def test_attack_the_librarys_own_way_is_closed(device: Device, people: SimpleNamespace) -> None:
    """allauth's second step prepares a challenge of its own, which asks for no verified user: it counts
    for nothing."""
    browser = Client()
    browser.post("/account/login/", {"login": "ming", "password": PASSWORD})
    browser.get("/account/code/")
    theirs = browser.session["mfa.webauthn.state"]
    typed = device.signed({"publicKey": {"challenge": theirs["challenge"]}})
    browser.post("/account/code/", {"credential": typed})
    assert not is_in(browser)


@pytest.mark.parametrize(
    "url", ["account_passkey", "account_passkey_challenge", "people:passkey_options", "people:passkey_add"]
)
def test_attack_a_form_from_another_site(ming: Client, url: str) -> None:
    ming.handler.enforce_csrf_checks = True
    assert ming.post(reverse(url), {"for": "step_up"}).status_code == 403


def test_attack_guesses_wait(device: Device, people: SimpleNamespace) -> None:
    thief, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(6):
        come_in(thief, device.but(rp_id="example.net").signed(options_for(thief, "sign_in")))
    come_in(thief, device.signed(options_for(thief, "sign_in")))
    assert not is_in(thief)
    assert refused(people.ming, Reason.TRIED_TOO_OFTEN) >= 1
    come_in(owner, device.signed(options_for(owner, "sign_in")))
    assert is_in(owner)


def test_attack_a_stranger_fills_no_store_with_challenges(people: SimpleNamespace, settings) -> None:
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    asked = [Client().post(reverse("account_passkey_challenge"), {"for": "sign_in"}) for _ in range(5)]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429, 429]
    assert sum("session" in answer.cookies for answer in asked) == 3


@pytest.mark.django_db(transaction=True)
def test_attack_the_same_answer_at_the_same_moment() -> None:
    """Four requests of one browser that have all read the challenge: one is let in. The others are sent back,
    or find their session gone on under another key."""
    with acting_as(Origin()):
        people = SimpleNamespace(**cast())
    owner = client_of(people.ming)
    confirm_identity(owner)
    device, _answer = add_passkey(owner)
    browser, together = Client(), Barrier(4)
    typed = device.signed(options_for(browser, "sign_in"))
    copies = [Client() for _ in range(4)]
    for copy in copies:
        copy.cookies["session"] = browser.cookies["session"].value

    def use(copy: Client) -> str:
        try:
            together.wait(30)
            return come_in(copy, typed).get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(use, copies))
    assert answers.count("/") == 1
    assert set(answers) <= {"/", "/account/login/", ""}


BYTES = st.binary(max_size=60).map(websafe_encode)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.binary(max_size=60).map(websafe_encode),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON,
        "rawId": JSON,
        "type": st.sampled_from(["public-key", "x"]) | JSON,
        "response": JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, JSON)),
        "clientExtensionResults": JSON,
    },
)


@given(ANSWERS)
@settings(suppress_health_check=list(HealthCheck), max_examples=300)
def test_attack_whatever_is_sent_is_refused_without_a_failure(answer: dict[str, Any]) -> None:
    assert new_passkey(answer, "AAAA") is None
    assert signed_by(answer, "AAAA", []) is None
    assert claimed_by(answer) is None


@pytest.mark.parametrize(
    "typed", ["", "[]", "1", "nul", "[" * LONGEST_ANSWER, "{" * 9000, "x" * 20_000, "\x00"]
)
def test_attack_what_is_no_answer(typed: str) -> None:
    assert read(typed) is None


def test_there_are_as_many_purposes_as_are_tried_here() -> None:
    assert set(Purpose) == {"add", "sign_in", "second", "step_up"}

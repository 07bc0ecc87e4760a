"""Attacks on the sign-in by an identity provider; each was tried by hand before it stood here."""

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from people.oidc import published
from people.oidc.models import LinkedIdentity
from people.oidc.providers import WrongSetting, providers
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.people.oidc.conftest import HERE, table
from tests.people.oidc.hostile import Hostile, asked_for, serving, signed_by_the_public_key, unsigned
from tests.people.oidc.ways import answered, linked, returned, set_off, set_off_to_link

pytestmark = pytest.mark.django_db
SIGN_IN = "account_login"
MING = "ming.at.work"


@pytest.fixture
def liar(settings: Any) -> Iterator[Hostile]:
    settings.PUBLIC_ADDRESS = HERE
    with serving(Hostile()) as server:
        settings.OIDC_PROVIDERS = table("liar", server.address)
        yield server


@pytest.fixture
def victim(people: SimpleNamespace, ming: Client, liar: Hostile) -> SimpleNamespace:
    """ming has linked somebody's identity there while it was honest."""
    _back(ming, liar, set_off_to_link(ming, "liar"))
    assert LinkedIdentity.objects.filter(person=people.ming).exists()
    return SimpleNamespace(person=people.ming, browser=ming)


def _back(browser: Client, server: Hostile, address: str, **more: str) -> Any:
    asked = asked_for(address)
    server.nonce = asked["nonce"]
    return browser.get(returned("liar", code="a-code", state=asked["state"], **more))


def _signs_in(server: Hostile, **more: str) -> bool:
    """Whether a fresh browser gets past the first step."""
    browser = Client()
    answer = _back(browser, server, set_off(browser, "liar"), **more)
    return bool(answer["Location"] == reverse("mfa_authenticate"))


def test_the_honest_answer_signs_in(victim: SimpleNamespace, liar: Hostile) -> None:
    """Or the refusals below would say nothing."""
    assert _signs_in(liar)
    assert _signs_in(liar, iss=liar.address)
    path, form, secret = liar.asked[-1]
    assert path == "/token"
    assert form["grant_type"] == ["authorization_code"]
    assert len(form["code_verifier"][0]) >= 43
    assert secret.startswith("Basic ")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another attempt"},
        {"iss": "https://elsewhere.example.cn"},
        {"aud": "another-client"},
        {"aud": ["sealroom", "another-client"]},  # without a party
        {"aud": ["another-client"], "azp": "sealroom"},
        {"azp": "another-client"},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": 7},
        {"sub": None},
    ],
    ids=lambda claims: str(claims)[:40],
)
def test_attack_a_token_that_says_something_else(
    victim: SimpleNamespace, liar: Hostile, claims: dict[str, Any]
) -> None:
    liar.claims = claims
    assert not _signs_in(liar)


@pytest.mark.parametrize(("name", "seconds"), [("exp", -3600), ("iat", 3600), ("nbf", 3600)])
def test_attack_a_token_of_another_time(
    victim: SimpleNamespace, liar: Hostile, name: str, seconds: int
) -> None:
    liar.moments = {name: seconds}
    assert not _signs_in(liar)


@pytest.mark.parametrize("name", ["nonce", "iss", "aud", "sub", "exp", "iat"])
def test_attack_a_token_that_leaves_something_out(victim: SimpleNamespace, liar: Hostile, name: str) -> None:
    liar.without = (name,)
    assert not _signs_in(liar)


def test_attack_a_token_that_nobody_signed(victim: SimpleNamespace, liar: Hostile) -> None:
    liar.instead = unsigned
    assert not _signs_in(liar)


def test_attack_a_token_signed_by_the_public_key_as_a_shared_secret(
    victim: SimpleNamespace, liar: Hostile
) -> None:
    liar.instead = signed_by_the_public_key(liar)
    assert not _signs_in(liar)


def test_attack_a_token_signed_by_somebody_else_under_the_same_name(
    victim: SimpleNamespace, liar: Hostile
) -> None:
    liar.signer = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256"})
    asked = liar.keys_asked
    assert not _signs_in(liar)
    assert not _signs_in(liar)
    assert liar.keys_asked <= asked + 1  # nobody makes us ask without end


def test_attack_a_published_key_that_others_can_factor(victim: SimpleNamespace, liar: Hostile) -> None:
    assert _signs_in(liar)
    published._keys.clear()
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    liar.key = RSAKey.import_key(key, {"kid": "one", "alg": "RS256"})
    assert not _signs_in(liar)


@pytest.mark.parametrize("token", ["", "a.b.c", "{}", "a" * 100_000, "null"])
def test_attack_a_token_that_is_none(victim: SimpleNamespace, liar: Hostile, token: str) -> None:
    liar.instead = lambda claims: token
    assert not _signs_in(liar)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"{}", b'{"id_token": 7}', b"\xff\xfe"])
def test_attack_an_answer_that_is_none(victim: SimpleNamespace, liar: Hostile, body: bytes) -> None:
    browser = Client()
    address = set_off(browser, "liar")
    liar.body = body
    assert _back(browser, liar, address)["Location"] == reverse(SIGN_IN)


def test_attack_the_answer_of_another_provider(
    people: SimpleNamespace, ming: Client, liar: Hostile, settings: Any
) -> None:
    """Mix-up (RFC 9700, 4.4): of the house's two providers one sends its answer as the other's."""
    with serving(Hostile()) as honest:
        settings.OIDC_PROVIDERS = table("liar", liar.address) + table("honest", honest.address)
        browser = Client()
        asked = asked_for(set_off(browser, "honest"))
        answer = browser.get(returned("liar", code="stolen", state=asked["state"]))
        assert answer["Location"] == reverse(SIGN_IN)
        asked = asked_for(set_off(browser, "honest"))
        answer = browser.get(returned("honest", code="stolen", state=asked["state"], iss=liar.address))
        assert answer["Location"] == reverse(SIGN_IN)
        assert liar.asked == honest.asked == []  # neither code nor secret went anywhere


def test_attack_who_always_names_itself_is_not_believed_without_its_name(
    victim: SimpleNamespace, liar: Hostile, nothing_remembered: None
) -> None:
    published._published.clear()
    liar.said = {"authorization_response_iss_parameter_supported": True}
    assert not _signs_in(liar)
    assert _signs_in(liar, iss=liar.address)


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://elsewhere.example.cn"},
        {"token_endpoint": "http://elsewhere.example.cn/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_attack_what_is_published_leads_elsewhere(
    people: SimpleNamespace, liar: Hostile, said: dict[str, Any]
) -> None:
    liar.said = said
    answer = Client().post(reverse("account_identity", args=["liar"]))
    assert answer["Location"] == reverse(SIGN_IN)


def test_attack_a_redirect_is_not_followed_nor_a_flood_read(people: SimpleNamespace, liar: Hostile) -> None:
    liar.redirect = "http://127.0.0.1:9/"
    assert Client().post(reverse("account_identity", args=["liar"]))["Location"] == reverse(SIGN_IN)
    liar.redirect, liar.body = "", json.dumps({"issuer": "x" * 300_000}).encode()
    assert Client().post(reverse("account_identity", args=["liar"]))["Location"] == reverse(SIGN_IN)


def test_attack_an_answer_counts_once(victim: SimpleNamespace, liar: Hostile) -> None:
    browser = Client()
    address = set_off(browser, "liar")
    assert _back(browser, liar, address)["Location"] == reverse("mfa_authenticate")
    assert _back(browser, liar, address)["Location"] == reverse(SIGN_IN)


def test_attack_two_requests_at_once_use_one_answer(victim: SimpleNamespace, liar: Hostile) -> None:
    """Both read the session before either wrote it: the state is noted where adding is atomic."""
    browser = Client()
    asked = asked_for(set_off(browser, "liar"))
    kept = dict(browser.session["oidc"])
    assert _back(browser, liar, "?" + "&".join(f"{k}={v}" for k, v in asked.items()))["Location"] == reverse(
        "mfa_authenticate"
    )
    other = Client()
    session = other.session
    session["oidc"] = kept
    session.save()
    answer = other.get(returned("liar", code="a-code", state=asked["state"]))
    assert answer["Location"] == reverse(SIGN_IN)


def test_attack_an_answer_for_another_browser(victim: SimpleNamespace, liar: Hostile) -> None:
    """Login CSRF: the attacker's own answer, opened in the victim's browser."""
    attacker, other = Client(), Client()
    asked = asked_for(set_off(attacker, "liar"))
    liar.nonce = asked["nonce"]
    answer = other.get(returned("liar", code="a-code", state=asked["state"]))
    assert answer["Location"] == reverse(SIGN_IN)
    set_off(other, "liar")
    answer = other.get(returned("liar", code="a-code", state=asked["state"]))
    assert answer["Location"] == reverse(SIGN_IN)


def test_attack_the_attackers_identity_is_linked_with_the_victims_account(
    people: SimpleNamespace, ming: Client, work: str
) -> None:
    """The attacker, lin, sets off to link and lets ming come back in their place."""
    lin = client_of(people.lin)
    confirm_identity(lin)
    back = answered(set_off_to_link(lin), "lin.at.work")
    ming.get(back)
    assert not LinkedIdentity.objects.exists()
    set_off_to_link(ming)
    ming.get(back)
    assert not LinkedIdentity.objects.exists()


def test_attack_an_attempt_to_sign_in_links_nothing(people: SimpleNamespace, ming: Client, work: str) -> None:
    """What was asked for to sign in comes back to somebody who is signed in by now."""
    browser = client_of(people.ming)
    session = browser.session
    stranger = Client()
    back = answered(set_off(stranger), "lin.at.work")
    session["oidc"] = stranger.session["oidc"]
    session.save()
    browser.get(back)
    assert not LinkedIdentity.objects.exists()


def test_attack_too_late(victim: SimpleNamespace, liar: Hostile) -> None:
    browser = Client()
    address = set_off(browser, "liar")
    session = browser.session
    session["oidc"] = session["oidc"] | {"at": time.time() - 601}
    session.save()
    assert _back(browser, liar, address)["Location"] == reverse(SIGN_IN)


def test_attack_a_row_planted_by_who_writes_to_the_database(
    people: SimpleNamespace, ming: Client, work: str
) -> None:
    """They put their own identity's hash on the victim's account, with the seal of their own row."""
    lin = client_of(people.lin)
    confirm_identity(lin)
    linked(lin, "lin.at.work")
    row = LinkedIdentity.objects.get()
    LinkedIdentity.objects.update(person=people.ming)
    browser = Client()
    answer = browser.get(answered(set_off(browser), "lin.at.work"))
    assert answer.status_code in {302, 503}
    assert "_auth_user_id" not in browser.session
    assert answer.get("Location", "") != reverse("mfa_authenticate")
    linked(ming, MING)
    sealed_for_ming = LinkedIdentity.objects.get(person=people.ming).seal
    LinkedIdentity.objects.all().delete()
    LinkedIdentity.objects.create(
        person=people.ming, provider="work", identity=row.identity, seal=sealed_for_ming
    )
    answer = browser.get(answered(set_off(browser), "lin.at.work"))
    assert answer["Location"] == reverse(SIGN_IN)


@pytest.mark.parametrize("going_to", ["https://elsewhere.cn/", "//elsewhere.cn", "javascript:1"])
def test_attack_led_elsewhere_afterwards(
    victim: SimpleNamespace, liar: Hostile, people: SimpleNamespace, going_to: str
) -> None:
    browser = Client()
    set_off(browser, "liar", going_to=going_to)
    assert browser.session["oidc"]["going_to"] == "/"


def test_attack_a_form_of_another_site_sends_nobody_off(people: SimpleNamespace, liar: Hostile) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(reverse("account_identity", args=["liar"])).status_code == 403
    assert browser.get(reverse("account_identity", args=["liar"])).status_code == 405


def test_attack_returns_without_end(people: SimpleNamespace, liar: Hostile) -> None:
    """Somebody who was never sent asks and asks: ten a minute are on record, the rest is not even that."""
    from audit.models import LogEntry

    cache.clear()
    before = LogEntry.objects.filter(action="identity.fail").count()
    browser = Client()
    for _ in range(15):
        assert browser.get(returned("liar", code="x", state="y"))["Location"] == reverse(SIGN_IN)
    assert LogEntry.objects.filter(action="identity.fail").count() - before == 10


GOOD = table("work", "https://id.example.cn")


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "work = 7",
        GOOD.replace("[work]", "[Work]"),
        GOOD.replace("[work]", '["../work"]'),
        GOOD.replace("https://", "http://"),
        GOOD.replace("https://id", "https://user:password@id"),
        GOOD.replace('client_secret = "', 'client_secret_ = "'),
        GOOD + 'more = "x"\n',
        GOOD.replace('client_id = "sealroom"', 'client_id = ""'),
        GOOD.replace('client_id = "sealroom"', "client_id = 7"),
        GOOD + GOOD.replace("[work]", "[twin]"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_without_its_secret(settings: Any, text: str) -> None:
    settings.OIDC_PROVIDERS = text
    with pytest.raises(WrongSetting) as said:
        providers()
    assert "a secret of the test" not in str(said.value)
    assert "a secret of the test" not in repr(said.value.__cause__)


def test_a_good_setting_is_read_and_shows_no_secret(settings: Any) -> None:
    settings.OIDC_PROVIDERS = GOOD
    (found,) = providers().values()
    assert found.issuer == "https://id.example.cn"
    assert "secret of the test" not in repr(found)

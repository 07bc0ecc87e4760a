"""Back-channel logout: an honest one ends exactly its sessions, and nothing else that comes in ends any."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.accounts.system import SYSTEM_ID
from people.oidc.backchannel import EVENT, TYPE
from people.oidc.logout_views import FORM, MOST_A_MINUTE
from people.oidc.opened import MARK
from tests.cast import client_of, code_of
from tests.people.helpers import confirm_identity, logged
from tests.people.oidc.conftest import HERE, table
from tests.people.oidc.hostile import Hostile, asked_for, serving, signed_by_the_public_key, unsigned
from tests.people.oidc.ways import returned, set_off, set_off_to_link

pytestmark = pytest.mark.django_db
CLIENT = "sealroom"
ADDRESS = "account_identity_logout"


@pytest.fixture
def liar(settings: Any) -> Iterator[Hostile]:
    settings.PUBLIC_ADDRESS = HERE
    cache.clear()
    with serving(Hostile()) as server:
        settings.OIDC_PROVIDERS = table("liar", server.address)
        yield server


def back(browser: Client, server: Hostile, address: str, code: str = "liar") -> Any:
    asked = asked_for(address)
    server.nonce = asked["nonce"]
    return browser.get(returned(code, code="a-code", state=asked["state"]))


def half_in(server: Hostile, sid: str) -> Client:
    """Signed in at the provider; the second factor is yet to come."""
    server.claims = {"sid": sid}
    browser = Client(headers={"accept-language": "en"})
    answer = back(browser, server, set_off(browser, "liar"))
    assert answer["Location"] == reverse("mfa_authenticate")
    server.claims = {}
    return browser


def all_in(server: Hostile, sid: str, person: Any) -> Client:
    browser = half_in(server, sid)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(person)})
    assert is_in(browser)
    return browser


@pytest.fixture
def world(people: SimpleNamespace, ming: Client, liar: Hostile) -> SimpleNamespace:
    """ming is in twice by the provider (sessions one and two there), and once by the password."""
    back(ming, liar, set_off_to_link(ming, "liar"))
    one, two = (all_in(liar, sid, people.ming) for sid in ("one", "two"))
    return SimpleNamespace(one=one, two=two, own=ming, people=people, server=liar)


def is_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


def claims(server: Hostile, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {
        "iss": server.address,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": f"jti-{time.time_ns()}",
        "events": {EVENT: {}},
        "sub": "somebody",
        "sid": "one",
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def logout(server: Hostile, said: dict[str, Any]) -> str:
    return server.sign(said, typ=TYPE)


def sent(token: str, provider: str = "liar", *, network: str = "127.0.0.1") -> int:
    """As a provider sends it: no cookie, no token of ours."""
    browser = Client(enforce_csrf_checks=True, REMOTE_ADDR=network)
    form = urlencode({"logout_token": token})
    answer = browser.post(reverse(ADDRESS, args=[provider]), form, content_type=FORM)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code


def test_exactly_the_session_that_it_names_ends(world: SimpleNamespace) -> None:
    assert sent(logout(world.server, claims(world.server))) == 200
    assert (is_in(world.one), is_in(world.two), is_in(world.own)) == (False, True, True)
    entry = LogEntry.objects.using("default").filter(action=Action.SESSION_END).latest("at")
    assert (entry.reason, entry.actor) == (Reason.BY_PROVIDER, SYSTEM_ID)
    assert list(entry.subjects) == [world.people.ming.pk]


def test_without_a_session_all_that_the_identity_opened_end(world: SimpleNamespace) -> None:
    assert sent(logout(world.server, claims(world.server, sid=None))) == 200
    assert (is_in(world.one), is_in(world.two), is_in(world.own)) == (False, False, True)


def test_a_session_alone_is_enough(world: SimpleNamespace) -> None:
    assert sent(logout(world.server, claims(world.server, sub=None, sid="two"))) == 200
    assert (is_in(world.one), is_in(world.two)) == (True, False)


def test_of_somebody_else_nothing_ends_and_nothing_is_told(world: SimpleNamespace) -> None:
    assert sent(logout(world.server, claims(world.server, sub="another"))) == 200
    assert is_in(world.one)


def test_a_session_that_is_just_being_opened_ends_on_its_first_page(world: SimpleNamespace) -> None:
    """The provider says so while the code is still being typed: there is no row yet that it could find."""
    browsers = {sid: half_in(world.server, sid) for sid in ("three", "four")}
    assert sent(logout(world.server, claims(world.server, sid="three"))) == 200
    before = logged(Action.SESSION_END)
    for browser in browsers.values():
        browser.post(reverse("mfa_authenticate"), {"code": code_of(world.people.ming)})
    page = browsers["three"].get("/me/", follow=True)
    assert "You signed out at the identity provider" in page.content.decode()
    assert logged(Action.SESSION_END) == before + 1
    assert not is_in(browsers["three"])
    assert is_in(browsers["four"])


def test_who_signs_in_there_again_stays(world: SimpleNamespace) -> None:
    assert sent(logout(world.server, claims(world.server, sid=None))) == 200
    assert is_in(all_in(world.server, "one", world.people.ming))


def test_whoever_else_signs_in_on_the_same_browser_is_not_bound_by_it(world: SimpleNamespace) -> None:
    """The mark of who opened a session is of that person."""
    mark = half_in(world.server, "three").session[MARK]
    browser = client_of(world.people.lin)
    session = browser.session
    session[MARK], session["place"] = mark, session["place"] | {"seen": time.time() - 61}
    session.save()
    assert is_in(browser)
    assert MARK not in UserSession.objects.get(session_key=session.session_key).data
    assert sent(logout(world.server, claims(world.server, sid="three"))) == 200
    assert is_in(browser)


def test_after_a_failure_it_can_be_sent_again(world: SimpleNamespace) -> None:
    token = logout(world.server, claims(world.server))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
        browser = Client(raise_request_exception=False)
        answer = browser.post(reverse(ADDRESS, args=["liar"]), f"logout_token={token}", content_type=FORM)
        assert answer.status_code >= 500
        transaction.set_rollback(True)
    assert is_in(world.one)
    assert sent(token) == 200
    assert not is_in(world.one)


def test_while_the_provider_is_away_it_is_to_be_sent_again(world: SimpleNamespace, settings: Any) -> None:
    settings.OIDC_PROVIDERS = table("liar", "http://127.0.0.1:9")
    assert sent(logout(world.server, claims(world.server))) == 503
    assert is_in(world.one)


def test_however_many_go_home_at_once(world: SimpleNamespace) -> None:
    tokens = [logout(world.server, claims(world.server, sid=f"of {at}")) for at in range(MOST_A_MINUTE + 1)]
    assert {sent(token) for token in tokens} == {200}


def test_only_a_form_and_only_to_a_provider_of_the_house(world: SimpleNamespace) -> None:
    token, address = logout(world.server, claims(world.server)), reverse(ADDRESS, args=["liar"])
    assert Client().get(address, {"logout_token": token}).status_code == 405
    assert Client().post(address, {"logout_token": token}).status_code == 400  # multipart
    assert sent(token, "another") == 404
    assert is_in(world.one)


def test_attack_a_token_counts_once(world: SimpleNamespace) -> None:
    token = logout(world.server, claims(world.server, sid="nobody's"))
    assert [sent(token), sent(token)] == [200, 400]


WRONG: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-house"},
    "an ID token's nonce": {"nonce": "n"},
    "no event": {"events": {}},
    "no events at all": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "an event that is no object": {"events": {EVENT: True}},
    "another issuer": {"iss": "https://id.example"},
    "nobody": {"sub": None, "sid": None},
    "no jti": {"jti": None},
    "no iat": {"iat": None},
    "long ago": {"iat": int(time.time()) - 3600},
    "in the future": {"iat": int(time.time()) + 3600},
    "over": {"exp": int(time.time()) - 600},
    "no end": {"exp": None},
    "a moment that is none": {"iat": True},
    "a number for a subject": {"sub": 7},
    "a number for a session": {"sid": 7},
    "an empty session": {"sid": ""},
}


@pytest.mark.parametrize("name", WRONG)
def test_attack_what_is_no_logout_token(world: SimpleNamespace, name: str) -> None:
    assert sent(logout(world.server, claims(world.server, **WRONG[name]))) == 400
    assert is_in(world.one)


def test_attack_an_id_token_is_no_logout_token(world: SimpleNamespace) -> None:
    """Not even one that bears its type."""
    assert sent(world.server.token(CLIENT)) == 400
    assert sent(logout(world.server, world.server.honest(CLIENT))) == 400
    assert is_in(world.one)


def test_attack_no_signature_or_one_that_everybody_can_make(world: SimpleNamespace) -> None:
    assert sent(unsigned(claims(world.server), TYPE)) == 400
    assert sent(signed_by_the_public_key(world.server, TYPE)(claims(world.server))) == 400
    assert is_in(world.one)


def test_attack_another_provider_of_the_house_ends_none_of_its_sessions(
    world: SimpleNamespace, settings: Any
) -> None:
    """It knows the names of subject and session, says them of itself, and of the other."""
    with serving(Hostile()) as other:
        settings.OIDC_PROVIDERS += table("other", other.address)
        assert sent(logout(other, claims(other)), "other") == 200
        assert sent(logout(other, claims(other)), "liar") == 400
        assert sent(logout(other, claims(world.server)), "liar") == 400
        assert sent(logout(other, claims(world.server)), "other") == 400
        assert sent(logout(world.server, claims(world.server)), "other") == 400
    assert is_in(world.one)


def test_attack_the_session_of_somebody_else(world: SimpleNamespace) -> None:
    """Of lin's identity the token says ming's session: neither ends."""
    lin = client_of(world.people.lin)
    confirm_identity(lin)
    world.server.claims = {"sub": "lin's"}
    back(lin, world.server, set_off_to_link(lin, "liar"))
    world.server.claims = {"sub": "lin's", "sid": "of lin"}
    browser = Client()
    back(browser, world.server, set_off(browser, "liar"))
    browser.post(reverse("mfa_authenticate"), {"code": code_of(world.people.lin)})
    assert is_in(browser)
    assert sent(logout(world.server, claims(world.server, sub="lin's", sid="one"))) == 200
    assert is_in(world.one)
    assert is_in(browser)
    assert sent(logout(world.server, claims(world.server, sub="lin's", sid="of lin"))) == 200
    assert not is_in(browser)


@pytest.mark.parametrize("header", [{}, {"typ": "JWT"}, {"typ": "at+jwt"}, {"typ": "secevent+jwt"}])
def test_attack_a_token_of_another_kind(world: SimpleNamespace, header: dict[str, str]) -> None:
    assert sent(world.server.sign(claims(world.server), **header)) == 400
    assert is_in(world.one)


def test_the_kind_is_a_media_type(world: SimpleNamespace) -> None:
    assert sent(world.server.sign(claims(world.server), typ="application/logout+JWT")) == 200
    assert not is_in(world.one)


def test_attack_another_key(world: SimpleNamespace) -> None:
    world.server.signer = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256"})
    assert sent(logout(world.server, claims(world.server))) == 400
    assert is_in(world.one)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 9000])
def test_attack_rubbish(world: SimpleNamespace, token: str) -> None:
    assert sent(token) == 400


def test_attack_a_flood_is_answered_without_looking(world: SimpleNamespace) -> None:
    """And stops nobody else: another network's logout goes through."""
    asked, before = world.server.keys_asked, logged(Action.IDENTITY_FAIL)
    assert {sent("a.b.c") for _ in range(MOST_A_MINUTE)} == {400}
    assert sent(logout(world.server, claims(world.server))) == 429
    assert is_in(world.one)
    assert world.server.keys_asked <= asked + 1
    assert logged(Action.IDENTITY_FAIL) == before + MOST_A_MINUTE
    assert sent(logout(world.server, claims(world.server)), network="198.51.100.7") == 200
    assert not is_in(world.one)


def test_attack_a_cookie_has_no_part_in_it(world: SimpleNamespace) -> None:
    """A page that has a signed-in browser post to it ends nothing."""
    address = reverse(ADDRESS, args=["liar"])
    assert client_of(world.people.olivia).post(address, {}).status_code == 400
    assert world.one.post(address, "logout_token=x", content_type=FORM).status_code == 400
    assert is_in(world.one)

"""A form on another site: no address takes a POST without the token of ours, in whatever disguise.

Views that are exempt from the middleware's check, each with its reason, are attacked like all others: they
check by themselves, once what must come first is in place.
"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from audit.actions import Action, Reason
from audit.models import LogEntry
from tests.access_matrix import NOBODY, Row
from tests.attacks.walk import arranged
from tests.test_access_matrix import ROWS, UNATTRIBUTED

# One state of each address in which somebody is let in.
ADDRESSES = list({row.url: row for row in ROWS if row.who}.values())
COOKIE = "csrftoken"
EVIL = "https://evil.example"
_SEALING = "the check reads the form, which must find the handler that seals what is uploaded"
# What is not signed by the other side finds nothing here, or is no token of its protocol.
SIGNED = {"account_identity_logout": 400, "deals:seal_answer": 404}
EXEMPT = {
    "account_identity_logout": "nobody's session: the provider's signature over the token",
    "compliance:speak_up": "nobody's session: a form comes from this site, as the browser itself says",
    "compliance:speak_up_mailbox": "as above",
    "compliance:speak_up_write": "as above",
    "compliance:outside_request_answer": _SEALING,
    "compliance:seat_report": _SEALING,
    "deals:company": _SEALING,
    "deals:seal_answer": "nobody's session: a secret signs the whole body",
    "deals:upload": _SEALING,
    "people:partner_agreement": _SEALING,
    "people:partner_assessment": _SEALING,
    "people:partner_link": _SEALING,
    "people:training_lesson_new": _SEALING,
    "people:training_outside": _SEALING,
    "vault:consent_give": _SEALING,
    "vault:consent_withdraw": _SEALING,
    "vault:import_upload": _SEALING,
    "vault:mandate_sign": _SEALING,
    "vault:source_add": _SEALING,
    "vault:trace": _SEALING,
}
Send = Callable[[Client, str, dict[str, object], str], HttpResponse]


def _token() -> str:
    return get_token(RequestFactory().get("/"))


def _without(browser: Client, path: str, data: dict[str, object], token: str) -> HttpResponse:
    return browser.post(path, data)


def _of_another_session(browser: Client, path: str, data: dict[str, object], token: str) -> HttpResponse:
    return browser.post(path, data | {"csrfmiddlewaretoken": _token()})


def _from_another_origin(browser: Client, path: str, data: dict[str, object], token: str) -> HttpResponse:
    """The right token has come out: the browser still says who sends it."""
    return browser.post(path, data | {"csrfmiddlewaretoken": token}, headers={"Origin": EVIL})


def _from_nowhere(browser: Client, path: str, data: dict[str, object], token: str) -> HttpResponse:
    """A sandboxed frame has no origin."""
    return browser.post(path, data | {"csrfmiddlewaretoken": token}, headers={"Origin": "null"})


def _referred_by_another_site(
    browser: Client, path: str, data: dict[str, object], token: str
) -> HttpResponse:
    """A browser that says no origin over HTTPS says the page."""
    typed = data | {"csrfmiddlewaretoken": token}
    return browser.post(path, typed, secure=True, headers={"Referer": f"{EVIL}/x"})


def _other_method(browser: Client, path: str, data: dict[str, object], token: str) -> HttpResponse:
    return browser.put(path, b"", headers={"X-HTTP-Method-Override": "POST"})


ATTACKS: tuple[Send, ...] = (
    _without,
    _of_another_session,
    _from_another_origin,
    _from_nowhere,
    _referred_by_another_site,
    _other_method,
)


def browser_of(row: Row, house: SimpleNamespace) -> Client:
    """Of somebody whom the row lets in; it checks as a real server does."""
    names = sorted(row.who - {NOBODY})
    browser: Client = house.browsers[names[0]] if names else Client(raise_request_exception=False)
    browser.handler.enforce_csrf_checks = True
    return browser


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: row.url)
def test_attack_no_post_from_another_site_gets_in(house: SimpleNamespace, row: Row) -> None:
    path = arranged(row, house)
    browser = browser_of(row, house)
    token = _token()
    for attack in ATTACKS:
        browser.cookies[COOKIE] = token
        before = LogEntry.objects.filter(action=Action.REQUEST_REFUSE, reason=Reason.CROSS_SITE).count()
        answer = attack(browser, path, dict(row.data(house)), token)
        refused = answer.status_code == SIGNED.get(row.url, 403)
        if attack is _other_method and row.url in EXEMPT:
            refused = answer.status_code in {403, 405}
        assert refused, (attack.__name__, answer.status_code)
        after = LogEntry.objects.filter(action=Action.REQUEST_REFUSE, reason=Reason.CROSS_SITE).count()
        assert after == before + 1 or row.url in {*UNATTRIBUTED, *EXEMPT}, attack.__name__


@pytest.mark.parametrize(
    "row", [row for row in ADDRESSES if row.url not in UNATTRIBUTED], ids=lambda r: r.url
)
def test_with_our_own_token_from_our_own_page_it_is_not_the_sites_that_refuse(
    house: SimpleNamespace, row: Row
) -> None:
    """Else the refusals above would say nothing."""
    path = arranged(row, house)
    browser = browser_of(row, house)
    token = browser.cookies[COOKIE] = _token()
    typed = dict(row.data(house)) | {"csrfmiddlewaretoken": token}
    answer = browser.post(path, typed, headers={"Origin": "http://testserver"})
    about = LogEntry.objects.filter(request=answer.get("X-Request-ID"), reason=Reason.CROSS_SITE)
    assert not about.exists()


def exempt(resolver: URLResolver, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            names |= exempt(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "csrf_exempt", False):
            names.add(f"{prefix}{entry.name}")
    return names


def test_every_exempt_view_is_named_here_with_its_reason() -> None:
    assert exempt(get_resolver()) == set(EXEMPT)

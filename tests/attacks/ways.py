"""Every valid form of every address of the access matrix, as somebody sends it who may."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve
from django.urls.converters import IntConverter, UUIDConverter

from tests.access_matrix import NOBODY, Row
from tests.attacks.posting import Form, Forms, fresh
from tests.attacks.typed import BY, PAGES, TYPED
from tests.attacks.walk import arranged
from tests.test_access_matrix import ROWS

URLS = sorted({row.url for row in ROWS})
ENCODED = "application/x-www-form-urlencoded"
MADE_UP: dict[type, object] = {UUIDConverter: UUID(int=1), IntConverter: 1}
HEADERS = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Way:
    """One valid form: in which state, sent by whom, where to, with what; all the names that the form has, and
    what a page offers to be chosen under each name, in all its forms that go to this address."""

    row: Row
    browser: Client
    action: str
    sent: dict[str, list[Any]]
    names: frozenset[str]
    offered: dict[str, set[str]] = field(default_factory=dict)

    def post(self, extra: dict[str, str] | None = None) -> HttpResponse:
        """As a browser sends it; what the answer does to the cookies is undone like all that it does."""
        data, cookies = fresh(self.sent) | (extra or {}), dict(self.browser.cookies)
        try:
            if any(hasattr(value, "read") for values in data.values() for value in values):
                return self.browser.post(self.action, data, headers=HEADERS)
            encoded = urlencode(data, doseq=True)
            return self.browser.post(self.action, encoded, content_type=ENCODED, headers=HEADERS)
        finally:
            self.browser.cookies.clear()
            self.browser.cookies.update(cookies)


def rows_of(url: str) -> list[Row]:
    """The rows of the address itself, and those of the pages that have its form; one of each kind."""
    places = (url, *PAGES.get(url, ()))
    return [row for row in ROWS if row.who and row.url in places]


def confirmed(house: SimpleNamespace, url: str, row: Row) -> Client:
    """A browser of somebody whom the row lets in, who said a moment ago who they are."""
    name = BY.get(url, sorted(row.who - {NOBODY} or {NOBODY})[0])
    if name == NOBODY:
        return Client(raise_request_exception=False)
    browser: Client = house.browsers[name]
    session, record = browser.session, {"at": time.time(), "reauthenticated": True}
    methods = session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        *methods,
        record | ({"method": "mfa", "type": "totp"} if methods else {"method": "password"}),
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser


def ways(house: SimpleNamespace, url: str, row: Row) -> Iterator[Way]:
    path, browser = arranged(row, house), confirmed(house, url, row)
    typed = TYPED.get(url, {})
    filled = {
        name: list(value) if isinstance(value, list) else [value]
        for name, value in (typed(house) if callable(typed) else typed).items()
    }
    if row.method == "post" and row.url == url:
        sent = {
            name: value if isinstance(value, list) else [value] for name, value in row.data(house).items()
        }
        yield Way(row, browser, path, sent | filled, frozenset(sent | filled))
        return
    answer = (
        browser.get(path) if row.method == "get" else browser.post(path, row.data(house), headers=HEADERS)
    )
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return
    page = Forms(path)
    page.feed(answer.content.decode())
    forms = [form for form in page.found if resolve(form.action).view_name == url]
    offered = _offered(forms)
    for form in forms:
        for sent in form.ways():
            names = frozenset(form.names | set(sent) | set(filled))
            yield Way(row, browser, form.action, sent | filled, names, offered)


def _offered(forms: list[Form]) -> dict[str, set[str]]:
    """An empty set for a choice of nothing."""
    offered: dict[str, set[str]] = {}
    for form in forms:
        pressed = [(name, [value]) for name, value in form.buttons]
        for name, values in (*form.sent.items(), *form.chosen.items(), *pressed):
            if not any(map(callable, values)):  # a file
                offered.setdefault(name, set()).update(values)
            if name in form.chosen:
                offered[name].discard("")
    return offered


def unlike_ways(house: SimpleNamespace, url: str, rows: Iterable[Row]) -> Iterator[Way]:
    """Each way once. What a row of the matrix sends may be less than the page's form has."""
    tried: set[tuple[Any, ...]] = set()
    on_pages: set[str] = set()
    empty: dict[str, set[str]] = {}
    for row in sorted(rows, key=lambda row: row.url == url and row.method == "post"):
        with transaction.atomic():
            for found in ways(house, url, row):
                by_hand = row.url == url and row.method == "post"
                way = found
                if by_hand:
                    way = replace(found, names=found.names | on_pages, offered={**empty, **found.offered})
                else:
                    on_pages |= found.names
                    empty |= {name: values for name, values in found.offered.items() if not values}
                short = {
                    name: str(values[0])
                    for name, values in way.sent.items()
                    if len(values) == 1 and len(str(values[0])) < 12
                }
                kind = (by_hand, frozenset(way.sent), *sorted(short.items()))
                if kind not in tried:
                    tried.add(kind)
                    yield way
            transaction.set_rollback(True)


def takes_no_form(house: SimpleNamespace, url: str) -> bool:
    rows = [row for row in ROWS if row.url == url and row.who]
    if not rows:
        return True  # nobody is let in, as the access matrix shows
    path, browser = arranged(rows[0], house), confirmed(house, url, rows[0])
    return browser.post(path, {}, headers=HEADERS).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def answers_no_post(browser: Client, url: str) -> bool:
    """Whether the address refuses every POST before it looks at what it names."""
    space, _, name = url.rpartition(":")
    prefix, resolver = get_resolver().namespace_dict[space] if space else ("", get_resolver())
    for [(path, _)], _, _, converters in resolver.reverse_dict.getlist(name):
        made_up = {name: MADE_UP.get(type(converter), "x") for name, converter in converters.items()}
        answer = browser.post(f"/{prefix}{path % made_up}", {}, headers=HEADERS)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return False
    return True

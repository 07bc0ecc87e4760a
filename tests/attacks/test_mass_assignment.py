"""Mass assignment: nothing is written because somebody sent a field along that the form does not have.

Every address that takes a form is sent a valid one by somebody who may, and again with the name of every
column of every model, in values that such a column would take. What is written must be the same.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.apps import apps
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from people.accounts.models import Kind, User
from tests.access_matrix import NOBODY, Row
from tests.attacks.posting import Forms, fresh
from tests.attacks.typed import ALSO, BY, PAGES, TYPED, UNTRIED
from tests.attacks.walk import arranged
from tests.attacks.written import Written, written_by
from tests.test_access_matrix import ROWS

OURS = ("audit", "people", "vault", "deals", "compliance")
COMMON = frozenset(
    {
        *("id", "pk", "user", "owner", "actor", "role", "state", "status", "kind", "level", "grade", "duty"),
        *("is_active", "is_staff", "is_superuser", "is_admin", "admin", "verified", "mfa", "password"),
        *("groups", "permissions", "user_permissions", "username", "email", "granted_by", "confirmed_by"),
        *("approved_by", "decided_by", "requested_by", "deal", "book", "room", "created_at", "updated_at"),
        *("valid_until", "expires_at", "opens_data", "actor_id", "user_id", "owner_id", "tenant", "version"),
        *("next", "_method", "DELETE"),
    }
)
ROUNDS = 3
HOSTILE_ID = UUID("0badf00d-0bad-4bad-8bad-0badf00d0bad")
WORDS = "hostile words that are long enough to change the length of what is sealed"
MARKS = ("hostile words", "0badf00d-0bad", "2001-02-03", "2098-07-06", "770077")
FORM = "application/x-www-form-urlencoded"
HEADERS = {"Sec-Fetch-Site": "same-origin"}


def fields() -> dict[str, list[models.Field[Any, Any]]]:
    """Every column of the project's own models by its name; a reference by both of its names."""
    found: dict[str, list[models.Field[Any, Any]]] = {name: [] for name in COMMON}
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for column in model._meta.fields:
            for name in {column.name, column.attname}:
                found.setdefault(name, []).append(column)
    return found


FIELDS = fields()


@dataclass(frozen=True)
class Way:
    """One valid form: sent by whom, where to, with what; and all the names that the form has."""

    browser: Client
    action: str
    sent: dict[str, list[Any]]
    names: frozenset[str]

    def post(self, extra: dict[str, str] | None = None) -> HttpResponse:
        """As a browser sends it; what the answer does to the cookies is undone like all that it does."""
        data, cookies = fresh(self.sent) | (extra or {}), dict(self.browser.cookies)
        try:
            if any(hasattr(value, "read") for values in data.values() for value in values):
                return self.browser.post(self.action, data, headers=HEADERS)
            encoded = urlencode(data, doseq=True)
            return self.browser.post(self.action, encoded, content_type=FORM, headers=HEADERS)
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
        yield Way(browser, path, sent | filled, frozenset(sent | filled))
        return
    answer = (
        browser.get(path) if row.method == "get" else browser.post(path, row.data(house), headers=HEADERS)
    )
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return
    page = Forms(path)
    page.feed(answer.content.decode())
    for form in page.found:
        if resolve(form.action).view_name == url:
            for sent in form.ways():
                names = frozenset(form.names | set(sent) | set(filled))
                yield Way(browser, form.action, sent | filled, names)


def unlike_ways(house: SimpleNamespace, url: str) -> Iterator[Way]:
    """Each way once. What a row of the matrix sends may be less than the page's form has."""
    tried: set[tuple[Any, ...]] = set()
    on_pages: set[str] = set()
    for row in sorted(rows_of(url), key=lambda row: row.url == url and row.method == "post"):
        with transaction.atomic():
            for found in ways(house, url, row):
                by_hand = row.url == url and row.method == "post"
                way = replace(found, names=found.names | on_pages) if by_hand else found
                on_pages |= set() if by_hand else found.names
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


def hostile(names: frozenset[str], touched: set[str], at: int) -> dict[str, str]:
    """A value for every name that the form does not have, as the tables that it writes would take it. What
    stands before a number is no prefix of names, and with one for each the request had too many fields."""
    parts = [name.partition("-") for name in names]
    prefixes = {"", *(before + "-" for before, _, rest in parts if rest and not rest.isdigit())}
    extra = {}
    for name, known in FIELDS.items():
        known.sort(key=lambda field: field.model._meta.db_table not in touched)
        value = _value(known[0] if known else None, at)
        extra |= {prefix + name: value for prefix in prefixes if prefix + name not in names}
    return extra


def _value(column: models.Field[Any, Any] | None, at: int) -> str:
    if column is None:
        return (str(HOSTILE_ID), "1", WORDS)[at]
    if column.flatchoices:
        return str(column.flatchoices[-1 - at % len(column.flatchoices)][0])
    if column.related_model is not None:
        found = column.related_model._default_manager.order_by("-pk").values_list("pk", flat=True)[:ROUNDS]
        return str(found[at % len(found)]) if found else str(HOSTILE_ID)
    if isinstance(column, models.BooleanField):
        return ("on", "", "1")[at]
    if isinstance(column, models.DateTimeField):
        return ("2001-02-03T04:05", "2098-07-06T05:04", "2001-02-03 04:05:06+00:00")[at]
    if isinstance(column, models.DateField):
        return ("2001-02-03", "2098-07-06", "2001-02-03")[at]
    if isinstance(column, models.UUIDField):
        return str(HOSTILE_ID)
    if isinstance(column, models.IntegerField | models.DecimalField | models.FloatField):
        return ("770077", "1", "0")[at]
    return (WORDS, WORDS[: column.max_length], "{}")[at] if column.max_length else WORDS


def same(plain: Written, again: Written, attacked: Written) -> list[str]:
    """What is different though doing the same twice would not make it so; or holds what was sent along."""
    chance = plain.unlike(again)
    wrong = [f"{table}.{column}" for table, column in plain.unlike(attacked) - chance]
    for column in chance:
        new = attacked.values.get(column, {})
        wrong += [f"{column}: {value}" for value in new if any(mark in value for mark in MARKS)]
    if plain.changes() != attacked.changes() and plain.changes() == again.changes():
        wrong.append(f"{plain.changes()} became {attacked.changes()}")
    if plain.status != attacked.status:
        wrong.append(f"{plain.status} became {attacked.status}")
    return wrong


URLS = sorted({row.url for row in ROWS})


@pytest.mark.parametrize("url", URLS)
def test_attack_no_field_is_written_that_the_form_does_not_have(house: SimpleNamespace, url: str) -> None:
    done, statuses = 0, []
    for way in unlike_ways(house, url):
        plain, again = written_by(way.post), written_by(way.post)
        statuses.append((plain.status, sorted(way.sent)))
        if plain.status >= HTTPStatus.BAD_REQUEST:
            continue
        done += bool(plain.changes())
        for at in range(ROUNDS):
            extra = hostile(way.names | ALSO.get(url, set()), set(plain.counts), at)
            attack = partial(way.post, extra)
            wrong = same(plain, again, written_by(attack))
            if wrong:  # an hour may have struck between them
                plain, again = written_by(way.post), written_by(way.post)
                wrong = same(plain, again, written_by(attack))
            assert wrong == [], f"{way.action} {sorted(way.names)} {at}: {wrong}"
    if url in UNTRIED:
        assert not done, f"{url} can be tried after all"
    elif statuses:
        assert done, f"no form here writes anything: {statuses}"
    else:
        assert takes_no_form(house, url), f"no form was found that is sent to {url}"


def takes_no_form(house: SimpleNamespace, url: str) -> bool:
    rows = [row for row in ROWS if row.url == url and row.who]
    if not rows:
        return True  # nobody is let in, as the access matrix shows
    path, browser = arranged(rows[0], house), confirmed(house, url, rows[0])
    return browser.post(path, {}, headers=HEADERS).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_walk_notices_a_view_that_takes_what_is_sent_along(house: SimpleNamespace) -> None:
    """Else it would prove nothing: the same change, and with it what a careless form would have taken."""

    def careless(**taken: object) -> HttpResponse:
        User.objects.filter(pk=house.lin.pk).update(display_name="Lin", **taken)
        return HttpResponse()

    plain, again = written_by(careless), written_by(careless)
    assert same(plain, again, written_by(careless)) == []
    assert same(plain, again, written_by(partial(careless, kind=Kind.OUTSIDE))) == ["people_user.kind"]
    assert same(plain, again, written_by(partial(careless, email=f"{WORDS[:20]}@x.test")))


def test_the_address_does_not_stand_in_for_the_form(house: SimpleNamespace) -> None:
    """What stands in the query is no field of the form, and of a name sent twice one value counts."""
    browser, path = house.browsers["ada"], reverse("people:person_edit", args=[house.lin.pk])
    typed = {"email": house.lin.email, "language": "en"}
    assert browser.post(f"{path}?display_name=Query", typed).status_code == HTTPStatus.OK
    house.lin.refresh_from_db()
    assert house.lin.display_name == "Lin"
    assert (
        browser.post(f"{path}?display_name=Query", typed | {"display_name": ["First", "Last"]}).status_code
        == 302
    )
    house.lin.refresh_from_db()
    assert house.lin.display_name == "Last"

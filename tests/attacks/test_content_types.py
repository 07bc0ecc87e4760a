"""Every answer with a body says what it is, and of text in which characters: a browser that has to guess
can be led to take a file for a page, or bytes for a script (OWASP ASVS 5.0, 4.1.1)."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access_matrix import Row
from tests.attacks.walk import arranged, let_in
from tests.cast import NAMES
from tests.test_access_matrix import ROWS

ADDRESSES = list({(row.url, row.method): row for row in sorted(ROWS, key=lambda row: bool(row.who))}.values())


def body_of(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def check(answer: Any) -> None:
    body = body_of(answer)
    if not body:
        return
    kind, _, more = answer["Content-Type"].lower().partition(";")
    assert "/" in kind
    if kind.startswith("text/") or kind.endswith(("/xml", "+xml")):
        assert "charset=utf-8" in more.replace('"', ""), answer["Content-Type"]
        body.decode()
    assert (kind == "text/html") == body.lstrip()[:1].startswith(b"<") or kind.endswith("xml"), kind
    if kind == "application/json":
        json.loads(body)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.method} {row.url}")
def test_every_answer_says_what_it_is(house: SimpleNamespace, row: Row) -> None:
    """To whoever is let in, to who is refused, and to nobody."""
    path = arranged(row, house)
    refused = [house.browsers[name] for name in NAMES if name not in row.who][:1]
    for browser in (let_in(row, house), *refused, Client(raise_request_exception=False)):
        with transaction.atomic():
            check(getattr(browser, row.method)(path, row.data(house)))
            transaction.set_rollback(True)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options", "head", "trace"])
@pytest.mark.parametrize("path", ["/", "/nothing/here", "/clients/", "/account/login/", "/static/x.css"])
def test_so_does_every_refusal_of_what_is_not_there(house: SimpleNamespace, method: str, path: str) -> None:
    for browser in (house.browsers["ming"], Client(enforce_csrf_checks=True)):
        check(getattr(browser, method)(path))

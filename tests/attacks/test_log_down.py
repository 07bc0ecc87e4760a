"""The log is down: no page of data shows a byte, whoever asks."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from audit import grouping
from tests.access_matrix import Row
from tests.attacks.walk import arranged, let_in
from tests.cast import client_of
from tests.test_access_matrix import ROWS
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, add
from vault.records.models import ClientBook

__all__ = ["book", "people"]

SHOWS_DATA = {
    *("people:nda_house", "people:nda", "people:policy", "people:policy_changes"),
    *("vault:client_edit", "vault:import_job"),
    *("deals:deal", "deals:room", "deals:folder", "deals:file", "deals:page", "deals:original"),
    *("deals:group", "deals:rights", "deals:right", "deals:preview"),
    *("compliance:log", "compliance:log_entry", "compliance:log_export", "compliance:destruction_run"),
    *("compliance:log_charts", "compliance:log_day", "compliance:log_client", "compliance:log_deal"),
    *("compliance:log_signed_one", "compliance:log_samples", "compliance:asked_one"),
    *("compliance:destruction_certificate", "compliance:destruction_certificate_file"),
}
SHOWING = [row for row in ROWS if row.url in SHOWS_DATA and row.method == "get" and row.who]


@pytest.fixture
def log_down() -> Iterator[Callable[[], None]]:
    """A call that shuts the log's own connection out of the database."""
    known = dict(connections["audit"].settings_dict)

    def shut() -> None:
        grouping.close()
        connections["audit"].settings_dict["PASSWORD"] = "wrong"

    yield shut
    grouping.close()
    connections["audit"].settings_dict |= known


@pytest.mark.parametrize("row", list({row.url: row for row in SHOWING}.values()), ids=lambda row: row.url)
def test_i1_no_page_of_data_without_its_entry(
    house: SimpleNamespace, row: Row, log_down: Callable[[], None]
) -> None:
    path = arranged(row, house)
    browser = let_in(row, house)
    log_down()
    assert browser.get(path, row.data(house)).status_code == 503


REVEAL = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}


@pytest.mark.parametrize(
    ("method", "page", "data"),
    [
        ("get", "clients", {}),
        ("get", "client", {}),
        ("get", "client_group", {}),
        ("post", "client_reveal", REVEAL),
        ("post", "client_reveal", REVEAL | {"CONTACT-words": "He asked for it"}),
        ("post", "search", {"q": ZHANG["phone"]}),
    ],
)
def test_i1_no_client_without_an_entry(
    log_down: Callable[[], None],
    people: SimpleNamespace,
    book: ClientBook,
    method: str,
    page: str,
    data: dict[str, Any],
) -> None:
    """With the keys in the cache already: it is the entry that is missing."""
    client = add(book)
    browser = client_of(people.ming)
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    args = {"clients": [], "search": [], "client": [client.pk]}.get(page, [client.pk, "contact"])
    path = reverse(f"vault:{page}", args=args)
    assert "138" in getattr(browser, method)(path, data).content.decode()
    log_down()
    answer = getattr(browser, method)(path, data)
    assert answer.status_code == 503
    assert "138" not in answer.content.decode()

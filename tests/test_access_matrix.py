"""Invariant 2: default deny, one gate. Every URL × person × state; an unlisted URL fails.

And the log's own: whatever somebody signed in asks for leaves an entry, whether they were let in or not.
"""

import pkgutil
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from audit.ids import uuid7
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from tests import access_matrix
from tests.access_matrix import NOBODY, Row
from tests.cast import NAMES

ROWS: list[Row] = [
    row
    for module in pkgutil.iter_modules(access_matrix.__path__)
    for row in import_module(f"tests.access_matrix.{module.name}").ROWS
]


# Each with its reason at the view (`audit.coverage.leaves_no_entry`); one more is to be thought about.
WITHOUT_ENTRY = {
    "compliance:destruction_progress",
    "deals:redaction_progress",
    "healthz",
    "readyz",
    "ui:language",
    "ui:theme",
    "vault:export_progress",
    "vault:import_progress",
    "vault:import_undo_progress",
    "vault:keys_progress",
}


# Whoever asks, nothing that these leave names anybody (`audit.unattributed`); what they show leaves nothing.
NO_ONE = (None, None, None, None)
UNATTRIBUTED = {"compliance:speak_up", "compliance:speak_up_mailbox", "compliance:speak_up_write"}


def url_names(resolver: URLResolver, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            names |= url_names(entry, inner)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"a URL without a name cannot be listed: {entry.pattern}"
            names.add(prefix + entry.name)
    return names


def test_i2_every_url_is_listed() -> None:
    assert url_names(get_resolver()) - {row.url for row in ROWS} == set()


def test_i2_every_row_names_a_url_that_exists() -> None:
    assert {row.url for row in ROWS} - url_names(get_resolver()) == set()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_i2_only_these_people_get_in(house: SimpleNamespace, row: Row) -> None:
    with acting_as(Origin()):
        row.build(house)
    path = reverse(row.url, args=row.args(house))
    for name in (NOBODY, *NAMES):
        browser = house.browsers.get(name, Client(raise_request_exception=False))
        # Each request starts from the same state: a POST that worked must not change the next one's answer.
        with transaction.atomic():
            marker, started = uuid7(), timezone.now()
            answer = getattr(browser, row.method)(path, row.data(house))
            # By the clock too: tests of before left entries whose ids are random, and so above any marker.
            left = list(LogEntry.objects.filter(pk__gt=marker, at__gte=started))
            transaction.set_rollback(True)
        logged = any(str(entry.request) == answer.get("X-Request-ID") for entry in left)
        named = [
            entry for entry in left if (entry.actor, entry.session, entry.request, entry.network) != NO_ONE
        ]
        if row.url in UNATTRIBUTED:
            assert not named, name
            assert bool(left) == (row.method == "post"), name
            assert "X-Request-ID" not in answer, name
        else:
            assert named == left, name
            assert logged or name == NOBODY or row.url in WITHOUT_ENTRY, name
        sent_to_sign_in = answer.status_code == 302 and urlsplit(answer["Location"]).path.startswith(
            reverse("account_login")
        )
        if name in row.who:
            assert answer.status_code in row.status, (name, answer.status_code)
            assert not sent_to_sign_in, name
        elif name == NOBODY:
            assert sent_to_sign_in, (name, answer.status_code)
        else:
            assert answer.status_code == 404, (name, answer.status_code)

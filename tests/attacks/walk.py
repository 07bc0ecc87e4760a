"""Walks over every URL of the access matrix, as somebody who is let in."""

from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from audit.origin import Origin, acting_as
from tests.access_matrix import NOBODY, Row
from tests.test_access_matrix import ROWS

ADDRESSES = list({row.url: row for row in ROWS}.values())  # one state of each
READS = list({row.url: row for row in ROWS if row.method == "get" and 200 in row.status}.values())


def arranged(row: Row, house: SimpleNamespace) -> str:
    """Makes what the row is about; its address."""
    with acting_as(Origin()):
        row.build(house)
    return reverse(row.url, args=row.args(house))


def let_in(row: Row, house: SimpleNamespace) -> Client:
    """A browser of somebody whom the row lets in, signed in wherever that is possible."""
    names = sorted(row.who - {NOBODY})
    browser: Client = house.browsers[names[0]] if names else Client(raise_request_exception=False)
    return browser

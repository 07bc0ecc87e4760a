"""Walks over every URL of the access matrix, as somebody who is let in."""

from importlib import import_module
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from audit.origin import Origin, acting_as
from tests.access_matrix import NOBODY, Row
from tests.cast import cast, client_of

LAYERS = ("config", "people", "vault", "deals", "compliance")
ROWS: list[Row] = [row for layer in LAYERS for row in import_module(f"tests.access_matrix.{layer}").ROWS]
ADDRESSES = list({row.url: row for row in ROWS}.values())  # one state of each
READS = list({row.url: row for row in ROWS if row.method == "get" and 200 in row.status}.values())


def arranged(row: Row) -> tuple[SimpleNamespace, str]:
    """The world of the row, and its address."""
    world = SimpleNamespace(**cast())
    with acting_as(Origin()):
        row.build(world)
    return world, reverse(row.url, args=row.args(world))


def let_in(row: Row, world: SimpleNamespace) -> Client:
    """A browser of somebody whom the row lets in, signed in wherever that is possible."""
    names = sorted(row.who - {NOBODY})
    browser = client_of(getattr(world, names[0])) if names else Client()
    browser.raise_request_exception = False
    return browser

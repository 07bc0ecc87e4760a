"""Willow, led by lea, with ming; ming's book, in which lin works and which has a client of ming's."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.utils import translation

from tests.cast import cast
from tests.deals.scene import scene
from tests.vault.records.makers import add, book_of, let_in
from vault.records.models import Client


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    built = scene(**cast())
    built.book = book_of(built.ming)
    built.client = add(built.book)
    Client.objects.filter(pk=built.client.pk).update(assigned=built.ming)
    let_in(built.book, built.lin)
    return built


@pytest.fixture(autouse=True)
def english(house_language: None) -> Iterator[None]:
    with translation.override("en"):
        yield

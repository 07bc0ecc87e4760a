"""The cast, in a transaction that the test undoes; a channel whose budgets nobody has spent."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import translation

from audit.origin import Origin, acting_as
from tests.cast import cast


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


@pytest.fixture(autouse=True)
def unspent() -> None:
    """This process has a Valkey database of its own."""
    cache.clear()


@pytest.fixture(autouse=True)
def english(house_language: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def transactional_people(transactional_db: None) -> SimpleNamespace:
    """The cast, committed: what others write to the database beside the request is seen."""
    with acting_as(Origin()):
        return SimpleNamespace(**cast())

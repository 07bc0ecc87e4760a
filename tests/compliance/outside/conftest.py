"""The cast, in a transaction that the test undoes."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.utils import translation

from audit.origin import Origin, acting_as
from tests.cast import cast


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


@pytest.fixture(autouse=True)
def english(house_language: None) -> Iterator[None]:
    """What is refused is told in words; these tests read the English ones."""
    with translation.override("en"):
        yield

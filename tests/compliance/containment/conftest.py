"""Everybody of the cast, in a transaction that the test undoes; words in English."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.utils import translation

from tests.cast import cast
from tests.deals.scene import scene
from tests.vault.custody.conftest import as_worker, own_root_keys

__all__ = ["as_worker", "own_root_keys"]


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    return scene()


@pytest.fixture(autouse=True)
def english(house_language: None) -> Iterator[None]:
    with translation.override("en"):
        yield

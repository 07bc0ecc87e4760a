from types import SimpleNamespace

import pytest

from tests.vault.records.conftest import as_worker, book, people
from tests.vault.records.makers import book_of
from vault.records.models import ClientBook

__all__ = ["as_worker", "book", "people"]


@pytest.fixture
def hers(people: SimpleNamespace) -> ClientBook:
    """Lin's own book, closed to Ming."""
    return book_of(people.lin, name="林的客户")

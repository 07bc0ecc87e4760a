from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from audit.origin import Origin, acting_as
from tests import databases
from tests.cast import cast
from tests.vault.records.makers import book_of
from vault.records.models import ClientBook


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


@pytest.fixture
def book(people: SimpleNamespace) -> ClientBook:
    """Ming's book of our own clients."""
    return book_of(people.ming)


@pytest.fixture
def as_worker(transactional_db: None) -> Iterator[None]:
    """This process with the worker's login, which alone may destroy keys."""
    with databases.as_worker():
        yield

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connections

from audit import grouping
from audit.origin import Origin, acting_as
from config import env
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
    parameters = env.postgres(os.environ["DATABASE_WORKER_URL"], name="DATABASE_WORKER_URL")
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "audit")}
    _log_in(parameters["USER"], parameters["PASSWORD"])
    yield
    _log_in(before["default"]["USER"], before["default"]["PASSWORD"])


def _log_in(user: str, password: str) -> None:
    grouping.close()
    for alias in ("default", "audit"):
        connections[alias].close()
        connections[alias].settings_dict |= {"USER": user, "PASSWORD": password}

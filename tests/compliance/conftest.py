"""Every test here acts as nobody in particular until a request or a job says who it is."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connections

from audit.origin import Origin, acting_as
from config import env


@pytest.fixture(autouse=True)
def _unattributed() -> Iterator[None]:
    with acting_as(Origin()):
        yield


@pytest.fixture
def as_worker() -> Callable[[], AbstractContextManager[None]]:
    """`with as_worker():` this process has the worker's login, as the real one does all its life."""
    return _worker_login


@contextmanager
def _worker_login() -> Iterator[None]:
    login = env.postgres(os.environ["DATABASE_WORKER_URL"], name="DATABASE_WORKER_URL")
    settings = connections["default"].settings_dict
    web = {name: settings[name] for name in ("USER", "PASSWORD")}
    connections["default"].close()
    settings |= {name: login[name] for name in web}
    try:
        yield
    finally:
        connections["default"].close()
        settings |= web

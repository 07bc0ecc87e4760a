"""Every test here acts as nobody in particular until a request or a job says who it is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from audit.origin import Origin, acting_as
from tests import databases


@pytest.fixture(autouse=True)
def _unattributed() -> Iterator[None]:
    with acting_as(Origin()):
        yield


@pytest.fixture
def as_worker() -> Callable[[], AbstractContextManager[None]]:
    """`with as_worker():` this process has the worker's login, as the real one does all its life."""
    return databases.as_worker

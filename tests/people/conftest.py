"""What the tests of the people layer share."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from audit.origin import Origin, acting_as
from tests.cast import cast


@pytest.fixture(autouse=True)
def _origin() -> Iterator[None]:
    """Services called by a test itself act as nobody; requests bring their own origin."""
    with acting_as(Origin()):
        yield


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """The cast, by first name."""
    return SimpleNamespace(**cast())

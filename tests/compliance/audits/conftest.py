"""The cast, in a transaction that the test undoes."""

from types import SimpleNamespace

import pytest

from audit.origin import Origin, acting_as
from tests.cast import cast


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    with acting_as(Origin()):
        return SimpleNamespace(**cast())

from types import SimpleNamespace

import pytest

from tests.deals.scene import scene


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    return scene()

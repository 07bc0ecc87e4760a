from collections.abc import Iterator
from typing import Any

import pytest

from tests.vault.records.conftest import as_worker, book, people
from vault.keys import seals
from vault.keys.providers import provider

__all__ = ["as_worker", "book", "people"]


@pytest.fixture(autouse=True)
def own_root_keys(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Root keys of this test, and of the workers it starts, alone."""
    settings.KEYS_DIR = tmp_path / "keys"
    monkeypatch.setenv("KEYS_DIR", str(settings.KEYS_DIR))
    provider.cache_clear()
    yield
    provider.cache_clear()
    seals.close()

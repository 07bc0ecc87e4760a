"""An empty log on a cluster of its own (see tests/audit/tree), folders and keys for each test."""

from pathlib import Path
from typing import Any

import pytest

from audit.checkpoints import signing, store
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House, cluster, house
from tests.audit.tree.test_store import MANY
from vault.keys.providers import provider

__all__ = ["cluster", "folders", "house"]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> Path:
    """Folders of this test for what the log signs; the vault's root keys stay where they are."""
    provider()  # it keeps the folder that it finds at its first use
    settings.KEYS_DIR, settings.SINKS_DIR = tmp_path / "keys", tmp_path / "sinks"
    settings.CHECKPOINTS_DIR = tmp_path / "checkpoints"
    return tmp_path


def grow(house: House, count: int) -> None:
    """So many entries more, all in the tree."""
    house.ask(MANY, count, login="worker")
    while (done := sequence()) is not None and done.is_full:
        pass


def signed_anew(house: House, count: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> store.Checkpoint:
    """The checkpoint of a tree that has grown by `count`; without the ten seconds between two."""
    grow(house, count)
    monkeypatch.setattr(signing, "EVERY", signing.timedelta(0))
    made = signing.sign_latest()
    assert made is not None
    return made

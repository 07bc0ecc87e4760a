"""Real servers in homes of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.postgres import Postgres


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    """A running server in a new home."""
    postgres = Postgres(tmp_path / "home", durable=False)
    postgres.start()
    yield postgres
    postgres.stop()
    postgres.remove()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server for a module whose tests only read, or use databases of their own."""
    postgres = Postgres(tmp_path_factory.mktemp("shared") / "home", durable=False)
    postgres.start()
    yield postgres
    postgres.stop()
    postgres.remove()

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.people.scanning.clamd_server import Clamd, clamd


@pytest.fixture(params=["tcp", "unix"])
def scanner(request: Any, tmp_path: Path) -> Iterator[Clamd]:
    with clamd(tmp_path / "clamd.sock" if request.param == "unix" else None) as server:
        yield server

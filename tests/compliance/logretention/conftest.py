"""Months of long ago in the tests' own database, and what takes them away again."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override
from psycopg2.extensions import connection as Connection

from tests.audit.checkpoints.conftest import folders
from tests.audit.retention.months import add_month, fill, months_ago
from tests.compliance.logretention.doing import taken_away
from tests.compliance.proofs.signed import lasting_keys
from tests.compliance.world import people as all_people

__all__ = ["folders", "lasting_keys"]

AddMonths = Callable[..., list[date]]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def archive(settings: Any, tmp_path: Path) -> Path:
    settings.LOG_ARCHIVE_DIR = tmp_path / "log-archive"
    return tmp_path / "log-archive"


@pytest.fixture
def people() -> dict[str, Any]:
    return all_people()


@pytest.fixture
def old(superuser: Connection) -> Iterator[AddMonths]:
    """`old(2, 3)`: a month of 40 months ago with two entries, the next one with three; in no tree yet."""
    made = []

    def make(*counts: int, oldest: int = 40, subject: UUID | None = None) -> list[date]:
        months = [months_ago(oldest - place) for place in range(len(counts))]
        with superuser.cursor() as cursor:
            for month, count in zip(months, counts, strict=True):
                cursor.execute("set role sealroom_log")
                add_month(cursor, month)
                fill(cursor, month, count, subject=subject)
                cursor.execute("reset role")
                made.append(month)
        return months

    yield make
    taken_away(superuser, made)

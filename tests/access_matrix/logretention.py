"""Retention of the log: who reads the log sees its months and takes a bundle; officers change and ask."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.logretention import bundles
from compliance.logretention.models import LogMonth
from tests.access_matrix import Row, World, who

READERS, OFFICERS = who("olivia", "otto", "aud"), who("olivia", "otto")
MONTH = date(2020, 1, 1)


def _ready(world: World) -> None:
    """A month of long ago, with a file in its place."""
    settings.LOG_ARCHIVE_DIR = Path(tempfile.mkdtemp())
    row = LogMonth.objects.create(
        month=MONTH,
        entries=1,
        kept={},
        bundle=bytes(32),
        bundle_bytes=6,
        bundle_size=1,
        bundled_at=timezone.now(),
        leaves="leaves-0",
    )
    bundles.path_of(row).write_bytes(b"bundle")


def _month(world: World) -> list[Any]:
    return [MONTH]


ROWS: list[Row] = [
    Row(url="compliance:log_retention", who=READERS),
    Row(
        url="compliance:log_policy",
        who=OFFICERS,
        method="post",
        data=lambda world: {"months": "36", "years": "3", "words": ""},
    ),
    Row(url="compliance:log_month", who=OFFICERS, build=_ready, args=_month, state="due to leave"),
    Row(url="compliance:log_month", who=who(), args=_month, state="no such month"),
    Row(url="compliance:log_bundle", who=READERS, build=_ready, args=_month, state="bundled"),
    Row(url="compliance:log_bundle", who=who(), args=_month, state="no such month"),
]

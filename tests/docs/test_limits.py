"""The sizes that the operator is told are the sizes that count."""

from pathlib import Path

from django.conf import settings

from deals.details.removing import SECONDS
from deals.details.uploads import TOGETHER
from people.uploads import LIMIT
from vault.records.importing import archive, sheets

TEXT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
SECTION = TEXT.split("## What may be uploaded")[1].split("\n## ")[0]
MEGABYTE = 1024**2


def test_the_table_of_uploads_says_what_is_set() -> None:
    told = {
        f"({settings.UPLOAD_MAX_BYTES // MEGABYTE:,} MB)",
        f"drawn up to {settings.VIEW_MAX_BYTES // MEGABYTE} MB",
        f"{sheets.SIZE_LIMIT // MEGABYTE} MB, {sheets.ROW_LIMIT:,} rows, {sheets.COLUMN_LIMIT} columns",
        f"{sheets.CELL_LIMIT:,} characters a cell",
        f"{archive.UNPACKED_LIMIT // MEGABYTE} MB in {archive.MEMBER_LIMIT:,} parts",
        f"at most {archive.RATIO_LIMIT} times its size, {archive.AREA_LIMIT:,} cells",
        f"{LIMIT // 1024} KB",
        f"for {TOGETHER + SECONDS} seconds at most",
    }
    assert {words for words in told if words not in SECTION} == set()

"""The three readings of an uploaded list, as messages of plain JSON: its outline, its rows, its bad rows.

Pure: a file and a request go in, messages come out, and nothing here knows of keys, books or the database.
That is what lets `parser` run it in a process of its own.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from vault.records.importing.outline import outline_of
from vault.records.importing.plan import Plan
from vault.records.importing.rows import BadRow, ParsedRow, parse_rows
from vault.records.importing.sheets import read_sheet

BATCH = 4_000  # rows a message, and a transaction: others who save a client wait for it, half a second
FIRST = 500  # rows of the first message: whoever makes them ready and whoever stores them begin sooner
OUTLINE, ROWS, BAD_ROWS = "outline", "rows", "bad_rows"


def messages(file: BinaryIO, request: Mapping[str, Any]) -> Iterator[Any]:
    """What the request asks of the file. Raises SheetError, before the first message or in the middle."""
    if request["task"] == OUTLINE:
        yield outline_of(file, request["extension"]).as_bytes().decode("utf-8", "surrogatepass")
        return
    sheet = read_sheet(file, request["extension"], Plan.from_json(request["plan"]))
    yield {column.value: sheet.headings[at] for column, at in sheet.columns.fields.items()}
    if request["task"] == BAD_ROWS:
        yield list(sheet.headings)
        for bad in parse_rows(sheet):
            if isinstance(bad, BadRow):
                yield bad_as_json(bad)
        return
    rows = parse_rows(sheet)
    # Rows that are settled already are parsed again, since the parser knows duplicates by them.
    for _ in islice(rows, request["skip"]):
        pass
    size = FIRST
    while batch := [_row(row) for row in islice(rows, size)]:
        yield batch
        size = min(2 * size, BATCH)


def _row(row: ParsedRow | BadRow) -> list[Any] | None:
    if isinstance(row, BadRow):
        return None
    return [row.kind, row.values, row.extras]


def bad_as_json(bad: BadRow) -> list[Any]:
    errors = [[column, problem.code, problem.params] for column, problem in bad.errors.items()]
    return [bad.number, bad.cells, errors]

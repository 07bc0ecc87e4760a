"""Rows of an uploaded CSV or XLSX as texts, one at a time, within limits."""

import contextlib
import csv
import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, NamedTuple

from vault.formats.formulas import restore_formula
from vault.records.importing import headings, sniffing, workbooks
from vault.records.importing.headings import Columns
from vault.records.importing.plan import Plan
from vault.records.importing.problems import SheetError
from vault.records.importing.sniffing import TextForm

SIZE_LIMIT = 200 * 1024**2  # bytes
COLUMN_LIMIT = 200
ROW_LIMIT = 1_000_000
CELL_LIMIT = 10_000  # characters; longer cells are the row's problem, not the file's
HEADING_SEARCH = 10  # rows: titles and remarks stand above many lists


@dataclass(frozen=True, slots=True)
class RawRow:
    """Cells as texts. `number` counts from 1 as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...] = field(repr=False)
    cut_off: bool = False


class OpenSheet(NamedTuple):
    """One sheet: its rows from the top, each time anew, and how many there are, looked at in full."""

    rows: Callable[[], Iterator[RawRow]]
    height: Callable[[], int]
    merged: int = 0


class OpenList(NamedTuple):
    """A file whose form is checked. A text has one sheet, without a name."""

    names: list[str]
    sheet: Callable[[int], OpenSheet]
    form: TextForm | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as its plan reads it. `rows` can be taken once."""

    headings: tuple[str, ...]
    columns: Columns
    rows: Iterator[RawRow] = field(repr=False)


def open_list(
    file: BinaryIO, filename: str, *, checked: Plan | None = None, size_limit: int = SIZE_LIMIT
) -> OpenList:
    """Check a file's form, whatever its name says.

    `file` must be seekable, stay open and be left alone while rows are taken. Memory does not grow with a
    text; of a workbook the cells are held by the parser, at most `archive.AREA_LIMIT` of them.

    `checked` is the plan that came out of an earlier check of the very same bytes (a sealed file cannot
    change unnoticed): its form holds, and the workbook's parts need not be measured again.

    Raises SheetError.
    """
    file.seek(0, 2)
    if file.tell() > size_limit:
        raise SheetError("sheet.size", limit=size_limit // 1024**2)
    if sniffing.kind(file, filename) is sniffing.Kind.ZIP:
        limits = None if checked else workbooks.Limits(COLUMN_LIMIT, ROW_LIMIT + HEADING_SEARCH)
        names, open_sheet = workbooks.open_sheets(file, limits)
        return OpenList(names, lambda at: _worksheet(open_sheet(at)), None)
    form = checked.form if checked and checked.form else sniffing.text_form(file)
    return OpenList([""], lambda _: _text_sheet(file, form), form)


def read_sheet(file: BinaryIO, filename: str, plan: Plan) -> Sheet:
    """The rows of a checked list below its headings, as `plan` says. Raises SheetError."""
    sheet = open_list(file, filename, checked=plan).sheet(plan.sheet)
    names = _names(sheet, plan)
    columns = headings.columns_of(names, plan.targets)
    return Sheet(names, columns, islice(sheet.rows(), plan.header, None))


def _names(sheet: OpenSheet, plan: Plan) -> tuple[str, ...]:
    top = [padded(row.cells, len(plan.targets)) for row in islice(sheet.rows(), plan.header)]
    above = top[-2] if plan.header > 1 else ()
    return (
        headings.joined(padded(above, len(plan.targets)), top[-1])
        if plan.header
        else padded((), len(plan.targets))
    )


def padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))


def _text_sheet(file: BinaryIO, form: TextForm) -> OpenSheet:
    whole = _ends_with_newline(file)

    def rows() -> Iterator[RawRow]:
        file.seek(0)
        text = io.TextIOWrapper(file, form.encoding, newline="")
        try:
            yield from _csv_rows(text, form.delimiter, whole)
        finally:
            with contextlib.suppress(ValueError):  # the caller may have closed the file already
                text.detach()

    return OpenSheet(rows, lambda: _height(rows()))


def _height(rows: Iterator[RawRow]) -> int:
    """How many rows there are; taking them all is also the check that all can be read."""
    height = 0
    for row in rows:
        height = row.number
        if len(row.cells) > COLUMN_LIMIT:
            raise SheetError("sheet.columns", count=len(row.cells), limit=COLUMN_LIMIT)
        if height > ROW_LIMIT + HEADING_SEARCH:
            raise SheetError("sheet.rows", limit=ROW_LIMIT)
    return height


def _csv_rows(text: io.TextIOWrapper, delimiter: str, whole: bool) -> Iterator[RawRow]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    previous: RawRow | None = None
    width = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if previous:
                yield previous
            previous = RawRow(number, tuple([restore_formula(c) if c[:1] == "'" else c for c in cells]))
            width = max(width, len(cells))
    except csv.Error:
        raise SheetError("sheet.quotes", line=reader.line_num) from None
    if previous:
        # Programs that write CSV end the last line, or at least fill it: one that does neither was cut.
        yield RawRow(previous.number, previous.cells, not whole and len(previous.cells) < width)


def _ends_with_newline(file: BinaryIO) -> bool:
    file.seek(-2, 2)
    return b"\n" in file.read(2)


def _worksheet(sheet: workbooks.Worksheet) -> OpenSheet:
    def rows() -> Iterator[RawRow]:
        for number, cells in enumerate(sheet.rows(), start=1):
            # Nearly all cells are plain text, and a call for each of a million is felt.
            yield RawRow(number, tuple([c if type(c) is str and c[:1] != "'" else as_text(c) for c in cells]))

    return OpenSheet(rows, lambda: sheet.height, sheet.merged)


def as_text(cell: workbooks.Cell) -> str:
    """A cell as it would be typed. Numbers too long for a spreadsheet show that they were rounded."""
    if isinstance(cell, str):
        return restore_formula(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT_INTEGERS:
            return f"{cell:.14E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


_EXACT_INTEGERS = 10**15  # a spreadsheet keeps 15 significant digits


def is_blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def raw_rows(file: BinaryIO, filename: str, *, size_limit: int = SIZE_LIMIT) -> Iterator[tuple[str, ...]]:
    """Every row of a CSV, or of the first sheet of a workbook, as texts, headings or none.

    Raises SheetError.
    """
    return (row.cells for row in open_list(file, filename, size_limit=size_limit).sheet(0).rows())

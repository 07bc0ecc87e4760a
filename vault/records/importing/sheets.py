"""Rows of an uploaded CSV or XLSX as texts, one at a time, within limits."""

import contextlib
import csv
import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from vault.formats.checked import Problem
from vault.formats.formulas import restore_formula
from vault.records.importing import archive, headings, sniffing
from vault.records.importing.headings import Columns
from vault.records.importing.problems import SheetError

SIZE_LIMIT = 200 * 1024**2  # bytes
COLUMN_LIMIT = 200
ROW_LIMIT = 1_000_000
CELL_LIMIT = 10_000  # characters; longer cells are the row's problem, not the file's
HEADING_SEARCH = 10  # rows: titles and remarks stand above many lists
_EXACT_INTEGERS = 10**15  # a spreadsheet keeps 15 significant digits

_Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


@dataclass(frozen=True, slots=True)
class RawRow:
    """Cells as texts. `number` counts from 1 as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...] = field(repr=False)
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that has passed all checks of form. `rows` can be taken once."""

    headings: tuple[str, ...]
    columns: Columns
    rows: Iterator[RawRow] = field(repr=False)
    row_count: int
    warnings: tuple[Problem, ...] = ()


def read_sheet(file: BinaryIO, filename: str, *, size_limit: int = SIZE_LIMIT) -> Sheet:
    """Check a file from end to end and give its rows below the headings.

    `file` must be seekable, stay open and be left alone while rows are taken; its name tells nothing but
    what it claims to be. Memory does not grow with a CSV; of an
    XLSX the cells are held by the parser, at most `archive.AREA_LIMIT` of them. Raises SheetError.
    """
    file.seek(0, 2)
    if file.tell() > size_limit:
        raise SheetError("sheet.size", limit=size_limit // 1024**2)
    opened = _open_xlsx(file) if sniffing.kind(file, filename) is sniffing.Kind.ZIP else _open_text(file)
    heading, columns = _find_headings(opened.rows())
    warnings = opened.warnings
    if heading.number > 1:
        warnings += (Problem("sheet.skipped", {"count": heading.number - 1}),)
    below = islice(opened.rows(), heading.number, None)
    return Sheet(heading.cells, columns, below, opened.height - heading.number, warnings)


class _Opened(NamedTuple):
    rows: Callable[[], Iterator[RawRow]]  # from the top, each time anew
    height: int
    warnings: tuple[Problem, ...] = ()


def _find_headings(rows: Iterator[RawRow]) -> tuple[RawRow, Columns]:
    for _, row in zip(range(HEADING_SEARCH), rows, strict=False):
        if headings.looks_like(row.cells):
            return row, headings.recognise(row.cells)
    raise SheetError("headings.none")


def _open_text(file: BinaryIO) -> _Opened:
    form = sniffing.text_form(file)
    whole = _ends_with_newline(file)

    def rows() -> Iterator[RawRow]:
        file.seek(0)
        text = io.TextIOWrapper(file, form.encoding, newline="")
        try:
            yield from _csv_rows(text, form.delimiter, whole)
        finally:
            with contextlib.suppress(ValueError):  # the caller may have closed the file already
                text.detach()

    return _Opened(rows, _height(rows()))


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


def _open_xlsx(file: BinaryIO) -> _Opened:
    archive.check(file, max_columns=COLUMN_LIMIT, max_rows=ROW_LIMIT + HEADING_SEARCH)
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
        if not names:
            raise SheetError("sheet.empty")
        sheet = workbook.get_sheet_by_name(names[0])
    except CalamineError:
        raise SheetError("sheet.damaged") from None

    def rows() -> Iterator[RawRow]:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            # Nearly all cells are plain text, and a call for each of a million is felt.
            yield RawRow(
                number, tuple([c if type(c) is str and c[:1] != "'" else _as_text(c) for c in cells])
            )

    others = (Problem("sheet.other_sheets", {"count": len(names) - 1}),) if len(names) > 1 else ()
    return _Opened(rows, sheet.end[0] + 1 if sheet.end else 0, others)


def _as_text(cell: _Cell) -> str:
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


def is_blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)

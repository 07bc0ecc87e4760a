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


class RawRow(NamedTuple):
    """Cells as texts. `number` counts from 1 as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]
    cut_off: bool = False

    def __repr__(self) -> str:
        return f"RawRow({self.number}, cut_off={self.cut_off})"


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
    file: BinaryIO,
    filename: str,
    *,
    checked: Plan | None = None,
    size_limit: int = SIZE_LIMIT,
    hidden: bool = False,
) -> OpenList:
    """Check a file's form, whatever its name says.

    `file` must be seekable, stay open and be left alone while rows are taken. Memory does not grow with a
    text; of a workbook the cells are held by the parser, at most `archive.AREA_LIMIT` of them.

    `checked` is the plan that came out of an earlier check of the very same bytes (a sealed file cannot
    change unnoticed): its form holds, and the workbook's parts need not be measured again. With `hidden`,
    all sheets of a workbook are named, the hidden ones too.

    Raises SheetError.
    """
    file.seek(0, 2)
    if file.tell() > size_limit:
        raise SheetError("sheet.size", limit=size_limit // 1024**2)
    if sniffing.kind(file, filename) is sniffing.Kind.ZIP:
        limits = None if checked else workbooks.Limits(COLUMN_LIMIT, ROW_LIMIT + HEADING_SEARCH)
        names, open_sheet = workbooks.open_sheets(file, limits, hidden=hidden)
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
    return OpenSheet(lambda: _csv_rows(_records(file, form), whole), lambda: _height(_records(file, form)))


def _records(file: BinaryIO, form: TextForm) -> Iterator[list[str]]:
    """What stands between delimiters and line breaks, from the top."""
    file.seek(0)
    text = io.TextIOWrapper(file, form.encoding, newline="")
    reader = csv.reader(text, delimiter=form.delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise SheetError("sheet.quotes", line=reader.line_num) from None
    finally:
        with contextlib.suppress(ValueError):  # the caller may have closed the file already
            text.detach()


def _height(records: Iterator[list[str]]) -> int:
    """How many rows there are; taking them all is also the check that all can be read."""
    height = 0
    for height, width in enumerate(map(len, records), start=1):
        if width > COLUMN_LIMIT:
            raise SheetError("sheet.columns", count=width, limit=COLUMN_LIMIT)
        if height > ROW_LIMIT + HEADING_SEARCH:
            raise SheetError("sheet.rows", limit=ROW_LIMIT)
    return height


def _csv_rows(records: Iterator[list[str]], whole: bool) -> Iterator[RawRow]:
    previous: RawRow | None = None
    width = 0
    for number, cells in enumerate(records, start=1):
        if previous:
            yield previous
        previous = RawRow(number, texts(cells))
        width = max(width, len(cells))
    if previous:
        # Programs that write CSV end the last line, or at least fill it: one that does neither was cut.
        yield previous._replace(cut_off=not whole and len(previous.cells) < width)


def _ends_with_newline(file: BinaryIO) -> bool:
    file.seek(max(file.seek(0, 2) - 2, 0))
    return b"\n" in file.read(2)


def _worksheet(sheet: workbooks.Worksheet) -> OpenSheet:
    def rows() -> Iterator[RawRow]:
        for number, cells in enumerate(sheet.rows(), start=1):
            yield RawRow(number, texts(cells))

    return OpenSheet(rows, lambda: sheet.height, sheet.merged)


def texts(cells: Sequence[workbooks.Cell]) -> tuple[str, ...]:
    """Each as a text. Most rows are texts without an apostrophe: one look at them all together tells."""
    try:
        if "'" not in "".join(cells):  # type: ignore[arg-type] # what else they may be is a TypeError
            return tuple(cells)  # type: ignore[arg-type]
    except TypeError:
        pass
    return tuple([as_text(cell) for cell in cells])


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
    together = "".join(cells)
    return not together or together.isspace()


def raw_rows(file: BinaryIO, filename: str, *, size_limit: int = SIZE_LIMIT) -> Iterator[tuple[str, ...]]:
    """Every row of a CSV, or of all sheets of a workbook, hidden ones too, as texts, headings or none.

    One sheet is held at a time. Raises SheetError, when the first row is taken or that of a later sheet.
    """
    found = open_list(file, filename, size_limit=size_limit, hidden=True)
    for at in range(len(found.names)):
        yield from (row.cells for row in found.sheet(at).rows())

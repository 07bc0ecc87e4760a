"""The worksheets of an XLSX, with what merged cells stand for written into each cell that they span."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from vault.records.importing import archive
from vault.records.importing.problems import SheetError

MERGED_LIMIT = 20_000  # ranges a sheet
SHEET_LIMIT = 50
OVERLAP_LIMIT = 200
Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


class Limits(NamedTuple):
    columns: int
    rows: int


class Worksheet(NamedTuple):
    """One sheet; `merged` counts its merged ranges."""

    name: str
    height: int
    merged: int
    sheet: CalamineSheet

    def rows(self) -> Iterator[list[Cell]]:
        """Rows from the top.

        A merged range holds its value in its first cell alone, yet stands for it in all: a source that is
        merged down ten clients is the source of all ten.
        """
        starts: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for (top, left), (bottom, right) in self.sheet.merged_cell_ranges or ():
            starts[top].append((left, bottom, right))
        going: list[tuple[int, int, int, Cell]] = []
        for number, cells in enumerate(self.sheet.iter_rows()):
            if number in starts or going:
                going = [one for one in going if one[1] >= number]
                if len(going) > OVERLAP_LIMIT:
                    raise SheetError("sheet.damaged")  # merged ranges never overlap in a sound sheet
                going += [
                    (left, bottom, right, cells[left])
                    for left, bottom, right in starts.get(number, ())
                    if left < len(cells)
                ]
                for left, _, right, value in going:
                    cells[left : right + 1] = [value] * (min(right + 1, len(cells)) - left)
            yield cells


def open_sheets(
    file: BinaryIO, limits: Limits | None, *, hidden: bool = False
) -> tuple[list[str], Callable[[int], Worksheet]]:
    """The names of the worksheets, and what opens one of them: the parser holds an open sheet whole.

    With `limits`, the file is first measured part by part (see `archive`). With `hidden`, every sheet is
    named; without, the first SHEET_LIMIT of those that a person sees, to choose one from.

    Raises SheetError.
    """
    if limits:
        archive.check(file, max_columns=limits.columns, max_rows=limits.rows)
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and (hidden or sheet.visible is SheetVisibleEnum.Visible)
        ]
        if not names:
            raise SheetError("sheet.empty")
    except CalamineError:
        raise SheetError("sheet.damaged") from None
    names = names if hidden else names[:SHEET_LIMIT]
    return names, lambda at: _open_sheet(workbook, names[at])


def _open_sheet(workbook: CalamineWorkbook, name: str) -> Worksheet:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError:
        raise SheetError("sheet.damaged") from None
    merged = len(sheet.merged_cell_ranges or ())
    if merged > MERGED_LIMIT:
        raise SheetError("sheet.merged", count=merged, limit=MERGED_LIMIT)
    return Worksheet(name, sheet.end[0] + 1 if sheet.end else 0, merged, sheet)

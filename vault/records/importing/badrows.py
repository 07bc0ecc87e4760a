"""The sheet of bad rows that goes back: the cells as they came, what is wrong, ready to be mended."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

import xlsxwriter
from django.utils.translation import get_language

from vault.formats.formulas import neutralise_formula
from vault.records.importing.headings import REASON_HEADINGS, ROW_HEADINGS, column_letters
from vault.records.importing.rows import BadRow

_EXCEL_CELL = 32_767  # characters that an XLSX cell can hold


def write_bad_rows(target: BinaryIO, headings: Sequence[str], rows: Iterable[BadRow]) -> int:
    """Write an XLSX into `target` in the language active now; returns how many rows.

    Wrong cells are marked and the last two columns say why and where the row stood; `headings.recognise`
    leaves these out when the sheet is imported again. Cells are written as text and never as formulas.
    """
    language = get_language() if get_language() in REASON_HEADINGS else "en"
    own = (REASON_HEADINGS[str(language)], ROW_HEADINGS[str(language)])
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    plain = book.add_format({"num_format": "@"})
    wrong = book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
    bold = book.add_format({"bold": True, "num_format": "@"})
    for column, heading in enumerate((*headings, *own)):
        sheet.write_string(0, column, neutralise_formula(heading), bold)
    count = 0
    for count, bad in enumerate(rows, start=1):
        for column, cell in enumerate(bad.cells[: len(headings)]):
            style = wrong if column in bad.errors else plain
            sheet.write_string(count, column, neutralise_formula(_writable(cell)), style)
        sheet.write_string(count, len(headings), _reasons(headings, bad))
        sheet.write_string(count, len(headings) + 1, str(bad.number))
    book.close()
    return count


def _reasons(headings: Sequence[str], bad: BadRow) -> str:
    lines = []
    for column, problem in sorted(bad.errors.items()):
        named = column < len(headings) and headings[column].strip()
        lines.append(f"{headings[column] if named else column_letters(column)}: {problem.message}")
    return "\n".join(lines)[:_EXCEL_CELL]


def _writable(cell: str) -> str:
    """Without what XML cannot hold, and cut to what Excel opens; the reason beside it says so."""
    return "".join(c for c in cell[: _EXCEL_CELL - 1] if c in "\t\n\r" or c >= " ").replace("\ufffe", "")

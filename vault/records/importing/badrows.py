"""The sheet of bad rows that goes back: the cells as they came, what is wrong, ready to be mended."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import get_language

from audit.actions import Action
from vault.files.store import SealedWriter
from vault.formats.checked import Problem
from vault.formats.formulas import neutralise_formula
from vault.records.importing.headings import REASON_HEADINGS, ROW_HEADINGS, column_letters
from vault.records.importing.jobfiles import NewFile, new_file, uploaded_list
from vault.records.importing.models import ImportJob
from vault.records.importing.parsing import BAD_ROWS
from vault.records.importing.reader import reading
from vault.records.importing.rows import BadRow

_EXCEL_CELL = 32_767  # characters that an XLSX cell can hold
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, production 2
_OWN_COLUMNS = 2
# The sheet is built in memory, since XlsxWriter's other way is plaintext in temporary files. Whoever has more
# bad rows than this mends these and imports the file again: rows that are in already are passed over.
MAX_BAD_ROWS = 20_000


def keep_bad_rows(job: ImportJob) -> NewFile:
    """Read the file once more for what was wrong with it, and seal the sheet that says so."""
    request = {"task": BAD_ROWS, "extension": job.extension, "plan": job.plan}
    target = io.BytesIO()
    with uploaded_list(job) as stream, reading(stream, request) as messages:
        next(messages)
        write_bad_rows(target, next(messages), islice(_bad(messages), MAX_BAD_ROWS))
    file = new_file(job.book, Action.BOOK_OPEN)
    with SealedWriter(file.path, file.key, file.binding) as writer:
        writer.write(target.getbuffer())
        writer.finish()
    return file


def _bad(messages: Iterable[Any]) -> Iterator[BadRow]:
    for number, cells, errors in messages:
        yield BadRow(number, tuple(cells), {column: Problem(code, params) for column, code, params in errors})


def write_bad_rows(target: BinaryIO, headings: Sequence[str], rows: Iterable[BadRow]) -> int:
    """Write an XLSX into `target` in the language active now; returns how many rows.

    The first two columns say why and where the row stood; `headings.recognise` leaves them out when
    the sheet is imported again. Wrong cells are marked. Every cell is text and none a formula.
    """
    language = get_language() if get_language() in REASON_HEADINGS else "en"
    own = (REASON_HEADINGS[str(language)], ROW_HEADINGS[str(language)])
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    plain = book.add_format({"num_format": "@"})
    wrong = book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
    bold = book.add_format({"num_format": "@", "bold": True})
    for column, heading in enumerate((*own, *headings)):
        sheet.write_string(0, column, _safe(heading), bold)
    count = 0
    for count, bad in enumerate(rows, start=1):
        sheet.write_string(count, 0, _reasons(headings, bad))
        sheet.write_string(count, 1, str(bad.number))
        for column, cell in enumerate(bad.cells):
            style = wrong if column in bad.errors else plain
            sheet.write_string(count, column + _OWN_COLUMNS, _safe(cell), style)
    book.close()
    return count


def _reasons(headings: Sequence[str], bad: BadRow) -> str:
    lines = []
    for column, problem in sorted(bad.errors.items()):
        named = column < len(headings) and headings[column].strip()
        label = _safe(headings[column]) if named else column_letters(column + _OWN_COLUMNS)
        lines.append(f"{label}: {problem.message}")
    return neutralise_formula("\n".join(lines)[:_EXCEL_CELL])


def _safe(cell: str) -> str:
    """Without what XML cannot hold and no longer than Excel opens; the reason beside it says so."""
    return neutralise_formula(_NOT_XML.sub("", cell[: _EXCEL_CELL - 1]))

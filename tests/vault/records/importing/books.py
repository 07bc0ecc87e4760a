"""Files for the tests: lists as text, and XLSX made by hand where no program would make them."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

from vault.records.importing import sheets
from vault.records.importing.headings import Columns, columns_of, guess
from vault.records.importing.outline import outline_of
from vault.records.importing.rows import BadRow, ParsedRow, parse_rows

HEAD = ("姓名", "身份证号", "手机", "出生日期")
ZHANG = ("张三", "11010519491231002X", "13800138000", "1949-12-31")
LI = ("李四", "440305199001010034", "13900139000", "1990-01-01")


def text(*rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",") -> io.BytesIO:
    return io.BytesIO("".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding))


def book(*rows: Sequence[object]) -> io.BytesIO:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target


def with_parts(source: io.BytesIO, parts: Mapping[str, bytes]) -> io.BytesIO:
    """A copy of a ZIP with some parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return target


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def columns(cells: Sequence[str]) -> Columns:
    """What headings say of themselves."""
    return columns_of(cells, [guess(cell) for cell in cells])


def read_sheet(file: io.BytesIO, filename: str) -> sheets.Sheet:
    """A list, checked from end to end and read as it says itself."""
    return sheets.read_sheet(file, filename, outline_of(file, filename).propose().plan)


def parsed(file: io.BytesIO, filename: str = "list.csv") -> list[ParsedRow | BadRow]:
    return list(parse_rows(read_sheet(file, filename)))


def good(file: io.BytesIO, filename: str = "list.csv") -> list[ParsedRow]:
    rows = parsed(file, filename)
    assert all(isinstance(row, ParsedRow) for row in rows), rows
    return [row for row in rows if isinstance(row, ParsedRow)]


def only_bad(file: io.BytesIO, filename: str = "list.csv") -> BadRow:
    (bad,) = [row for row in parsed(file, filename) if isinstance(row, BadRow)]
    return bad


def codes(bad: BadRow) -> dict[int, str]:
    return {column: problem.code for column, problem in bad.errors.items()}

"""Customer lists as brokers send them: CSV in several encodings, and XLSX."""

import csv
import io
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import BinaryIO

import xlsxwriter

HEADINGS = {
    "name": "客户姓名",
    "kind": "客户类型",
    "id_number": "身份证号码",
    "credit_code": "统一社会信用代码",
    "phone": "手机号",
    "email": "电子邮箱",
    "address": "联系地址",
    "bank_account": "银行卡号",
    "birth_date": "出生日期",
    "source": "客户来源",
    "purpose": "使用目的",
    "notes": "备注",
}


def write_csv(
    target: BinaryIO,
    rows: Iterable[Mapping[str, str]],
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    headings: Mapping[str, str] = HEADINGS,
) -> None:
    """Write clients into `target`, which stays open. `headings`: field name to column title."""
    text = io.TextIOWrapper(target, encoding, newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings.values())
    writer.writerows([row.get(name, "") for name in headings] for row in rows)
    text.flush()
    text.detach()


def write_xlsx(
    target: BinaryIO, rows: Iterable[Mapping[str, str]], *, headings: Mapping[str, str] = HEADINGS
) -> None:
    """As `write_csv`; every cell is text, row by row with flat memory."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet("客户名单")
    cells_by_row = ([row.get(name, "") for name in headings] for row in rows)
    for number, cells in enumerate(chain([list(headings.values())], cells_by_row)):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(number, column, cell)
    book.close()

"""The files of the story: a list of clients as a broker sends it, a document and a sheet for the room."""

import csv
import io
from pathlib import Path

import xlsxwriter
from PIL import Image, ImageDraw, ImageFont
from python_calamine import CalamineWorkbook

from deals.viewer.stamping import FONT
from vault.demo.people import make_customer_rows
from vault.demo.sheets import write_csv

ROWS, BAD_EVERY = 2_000, 100
BAD = ROWS // BAD_EVERY


def client_list(path: Path) -> list[dict[str, str]]:
    """A list in GB18030 with Chinese headings, one row in BAD_EVERY with a number that cannot be; the good
    rows."""
    rows = list(make_customer_rows(ROWS, 7))
    for row in rows[::BAD_EVERY]:
        row["phone"] = "12"
    with path.open("wb") as target:
        write_csv(target, rows, encoding="gb18030")
    return [row for row in rows if row["phone"] != "12"]


def rows_of_sheet(path: Path) -> list[list[str]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def document(path: Path) -> None:
    """A PDF of two pages with words on them."""
    pages = []
    for number in (1, 2):
        page = Image.new("RGB", (827, 1169), "white")
        font = ImageFont.truetype(str(FONT), 32)
        ImageDraw.Draw(page).text((90, 90), f"公司概况 第 {number} 页", font=font, fill="black")
        pages.append(page)
    pages[0].save(path, "PDF", resolution=100, save_all=True, append_images=pages[1:])


def figures(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("经营数据").write_row(0, 0, ("年度", "营业收入（万元）"))

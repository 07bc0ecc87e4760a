"""Files that are read, and files that are refused whole before a row is given out."""

import datetime
import io
import tracemalloc
from pathlib import Path
from typing import BinaryIO

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vault.records.importing.books import HEAD, LI, ZHANG, book, good, read_sheet, text
from vault.demo.people import make_customer_rows
from vault.demo.sheets import write_csv, write_xlsx
from vault.formats.formulas import restore_formula
from vault.records.importing import sheets, sniffing
from vault.records.importing.outline import Outline, outline_of
from vault.records.importing.problems import SheetError
from vault.records.importing.rows import ParsedRow, parse_rows


def refusal(file: BinaryIO, filename: str = "list.csv") -> SheetError:
    with pytest.raises(SheetError) as refused:
        read_sheet(file, filename)
    assert refused.value.message
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    rows = good(text(HEAD, ZHANG, LI, encoding=encoding, delimiter=delimiter))
    assert [row.values["name"] for row in rows] == ["张三", "李四"]
    assert rows[0].values["id_number"] == ZHANG[1]
    assert [row.number for row in rows] == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_demo_list_comes_through_whole(encoding: str) -> None:
    clients = list(make_customer_rows(300, seed=7))
    file = io.BytesIO()
    write_csv(file, clients, encoding=encoding)
    rows = good(file)
    assert [row.values["phone"] for row in rows] == ["+86" + client["phone"] for client in clients]
    assert {row.kind for row in rows} == {"person", "company"}


def test_a_demo_list_as_xlsx_gives_the_same_rows_as_csv() -> None:
    clients = list(make_customer_rows(200, seed=8))
    sheet, lines = io.BytesIO(), io.BytesIO()
    write_xlsx(sheet, clients)
    write_csv(lines, clients)
    assert good(sheet, "list.xlsx") == good(lines)


@pytest.mark.parametrize("file", [text(HEAD, ZHANG, LI), book(HEAD, ZHANG, LI)])
def test_rows_are_counted_before_they_are_read(file: io.BytesIO) -> None:
    [top] = outline_of(file, "list.csv").sheets
    assert (top.height, top.header) == (3, 1)


def test_memory_does_not_grow_with_a_csv(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 20_000):
        with (tmp_path / "list.csv").open("w+b") as file:
            write_csv(file, ({"name": "张三", "notes": f"第{number}次"} for number in range(count)))
            tracemalloc.start()
            assert sum(1 for _ in parse_rows(read_sheet(file, "list.csv"))) == count
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


@pytest.mark.parametrize("first", ["utf-8", "gb18030"])
def test_mixed_encodings_name_the_line(first: str) -> None:
    second = {"utf-8": "gb18030", "gb18030": "utf-8"}[first]
    file = (
        text(HEAD, ZHANG, LI, encoding=first).getvalue()
        + text(("王建国", "", "", ""), encoding=second).getvalue()
    )
    error = refusal(io.BytesIO(file))
    assert (error.code, error.problem.params) == ("sheet.mixed_encoding", {"line": 4})


def test_another_encoding_names_the_line() -> None:
    error = refusal(io.BytesIO(text(HEAD).getvalue() + b"\xff\xff,,,\r\n"))
    assert error.code in {"sheet.mixed_encoding", "sheet.encoding"}
    assert error.problem.params == {"line": 2}
    error = refusal(io.BytesIO(b"name,phone\r\n\xff\xff,1\r\n"))
    assert (error.code, error.problem.params) == ("sheet.encoding", {"line": 2})


@given(st.lists(st.text("张李王赵建国平安喆玥䶮", min_size=1, max_size=4), min_size=1, max_size=30))
def test_no_gb18030_list_is_taken_for_mixed(names: list[str]) -> None:
    rows = [("姓名", "备注"), *((name, "") for name in names)]
    assert len(good(text(*rows, encoding="gb18030"))) == len(names)


def test_three_hundred_columns() -> None:
    wide = (*HEAD, *(f"列{number}" for number in range(296)))
    assert refusal(text(wide, ZHANG)).code == "sheet.columns"
    assert refusal(book(wide, ZHANG), "list.xlsx").code == "sheet.columns"


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("w+b") as file:
        file.truncate(2 * 1024**3)
        error = refusal(file)
    assert (error.code, error.problem.params) == ("sheet.size", {"limit": 200})


def test_a_line_without_end_is_refused() -> None:
    assert refusal(io.BytesIO("姓名\n".encode() + b"x" * 9_000_000)).code == "sheet.long_line"


def test_a_list_without_headings_says_what_its_values_prove_and_no_more() -> None:
    for file in (text(ZHANG, LI), book(ZHANG, LI)):
        plan = outline_of(file, "list").propose().plan
        assert (plan.header, plan.targets) == (0, ("ignore", "id_number", "phone", "ignore"))


def test_a_title_above_the_headings_is_left_out() -> None:
    file = text(("客户名单", "", "", ""), (), HEAD, ZHANG)
    assert outline_of(file, "list.csv").propose().plan.header == 3
    assert [row.number for row in parse_rows(read_sheet(file, "list.csv"))] == [4]


def test_headings_in_two_rows_stand_together() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "姓名")
        sheet.merge_range(0, 1, 0, 2, "联系方式")
        sheet.write_row(1, 1, ["手机", "邮箱"])
        sheet.write_row(2, 0, ["张三", "13800138000", "a@qq.com"])
    file = target
    plan = outline_of(file, "list.xlsx").propose(header=2).plan
    assert plan.targets == ("name", "phone", "email")


def test_a_merged_cell_counts_for_every_row_that_it_spans() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "来源"])
        for row, name in enumerate(("张三", "李四", "王五", "赵六"), start=1):
            sheet.write(row, 0, name)
        sheet.merge_range(1, 1, 3, 1, "展会")
    assert [row.values.get("source") for row in good(target, "list.xlsx")] == ["展会", "展会", "展会", None]


def test_the_sheet_with_headings_is_proposed_and_any_can_be_chosen() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        workbook.add_worksheet("说明").write(0, 0, "请填写第二页")
        for name, client in (("一月", "张三"), ("二月", "李四")):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["姓名", "手机"])
            sheet.write_row(1, 0, [client, "13800138000"])
    outline = outline_of(target, "list.xlsx")
    assert [top.name for top in outline.sheets] == ["说明", "一月", "二月"]
    assert outline.propose().plan.sheet == 1
    chosen = sheets.read_sheet(target, "list.xlsx", outline.propose(2).plan)
    assert [row.cells[0] for row in chosen.rows] == ["李四"]


def test_an_outline_comes_back_from_its_bytes() -> None:
    outline = outline_of(text(HEAD, ZHANG), "list.csv")
    assert Outline.from_bytes(outline.as_bytes()) == outline


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"  \r\n"])
def test_an_empty_file(content: bytes) -> None:
    assert refusal(io.BytesIO(content)).code in {"sheet.empty", "headings.none"}


def test_binary_under_a_csv_name() -> None:
    assert refusal(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(500))).code == "sheet.binary"


def test_a_csv_cut_in_the_middle_of_a_character() -> None:
    whole = text(HEAD, ZHANG, LI).getvalue()
    cut = whole[: whole.index("李".encode()) + 2]
    assert refusal(io.BytesIO(cut)).code == "sheet.cut_off"


def test_a_csv_cut_inside_quotes() -> None:
    error = refusal(io.BytesIO('姓名,备注\r\n张三,"很长'.encode()))
    assert (error.code, error.problem.params) == ("sheet.quotes", {"line": 2})


def test_cells_of_an_xlsx_become_what_one_would_type() -> None:
    born = datetime.date(1949, 12, 31)
    (row,) = good(book((*HEAD, "金额", "比例"), ("张三", ZHANG[1], 13800138000, born, 1.5, 2.0)), "list.xlsx")
    assert row.values["phone"] == "+8613800138000"
    assert row.values["birth_date"] == "1949-12-31"
    assert row.extras == {"金额": "1.5", "比例": "2"}


def test_an_xlsx_named_csv_is_read_as_what_it_is() -> None:
    assert len(good(book(HEAD, ZHANG), "list.csv")) == 1


@given(st.binary(max_size=2_000))
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    file = io.BytesIO("姓名,手机\n".encode() + content)
    try:
        rows = list(parse_rows(read_sheet(file, "list.csv")))
    except SheetError as error:
        text_for_people = error.message
        assert text_for_people
    else:
        assert all(row.number > 1 for row in rows)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(cells, cells), max_size=10), st.sampled_from([",", "\t", ";"]))
@example([("", "'\r")], ",")
def test_written_cells_come_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    file = io.BytesIO()
    headings = {"name": "姓名", "notes": "备注"}
    clients = [{"name": name, "notes": notes} for name, notes in rows]
    write_csv(file, clients, delimiter=delimiter, headings=headings, encoding="utf-8")
    sheet = read_sheet(file, "list.csv")
    # A cell that was typed as we write one that could be a formula loses its apostrophe.
    assert [row.cells for row in sheet.rows] == [tuple(map(restore_formula, row)) for row in rows]


def test_rows_are_streamed() -> None:
    sheet = read_sheet(text(HEAD, *[ZHANG] * 50), "list.csv")
    first = next(parse_rows(sheet))
    assert isinstance(first, ParsedRow)
    assert len(list(sheet.rows)) in range(47, 50)


lines = st.lists(st.sampled_from(["姓名", "喆玥", "name", "", "x" * 70_000, "😀", "é"]), max_size=6).map(
    "\n".join
)


@given(lines, st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]), st.binary(max_size=3), st.integers(0, 3))
def test_a_text_looked_at_as_a_whole_is_what_its_lines_are(
    content: str, encoding: str, more: bytes, cut: int
) -> None:
    raw = content.encode(encoding) + more
    file = io.BytesIO(raw[: len(raw) - cut])
    assert sniffing.is_utf8(file) == all(is_utf8(line) for _, line in sniffing.lines_of(file))


def is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("before", [0, 1, 100_000])
@pytest.mark.parametrize("end", ["", "\n", "\nz"])
@pytest.mark.parametrize("less", [0, 1, 2])
def test_the_limit_of_a_line_is_the_same_wherever_it_begins(before: int, end: str, less: int) -> None:
    line = "x" * (sniffing.LINE_LIMIT - less) + end
    file = io.BytesIO((f"{'y' * before}\n" + line).encode())
    longest = max(map(len, f"{'y' * before}\n{line}".splitlines(keepends=True)))
    if longest < sniffing.LINE_LIMIT:
        assert sniffing.encoding(file) == "utf-8-sig"
    else:
        with pytest.raises(SheetError) as refused:
            sniffing.encoding(file)
        assert (refused.value.code, refused.value.problem.params) == ("sheet.long_line", {"line": 2})


mixed = st.one_of(
    st.sampled_from(["'=1", "'", "it's", "=1", ""]),
    st.text(max_size=4),
    st.integers(),
    st.booleans(),
    st.dates(),
)


@given(st.lists(mixed, max_size=5))
def test_cells_looked_at_together_are_what_each_is_by_itself(cells: list[str | int | datetime.date]) -> None:
    assert sheets.texts(cells) == tuple(sheets.as_text(cell) for cell in cells)

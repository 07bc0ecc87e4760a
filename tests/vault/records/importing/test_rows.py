import datetime
import io

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.vault.records.importing.books import (
    HEAD,
    LI,
    ZHANG,
    book,
    codes,
    columns,
    good,
    only_bad,
    parsed,
    read_sheet,
    text,
)
from vault.records.importing import headings
from vault.records.importing.badrows import write_bad_rows
from vault.records.importing.headings import Field
from vault.records.importing.problems import SheetError
from vault.records.importing.rows import BadRow, ParsedRow, parse_rows


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("姓名", "手机号码", "E-mail"), {Field.NAME: 0, Field.PHONE: 1, Field.EMAIL: 2}),
        (("Full Name", "ID No.", "ＰＨＯＮＥ"), {Field.NAME: 0, Field.ID_NUMBER: 1, Field.PHONE: 2}),
        (("*客户名称", "手机（必填）", "出生 日期"), {Field.NAME: 0, Field.PHONE: 1, Field.BIRTH_DATE: 2}),
    ],
)
def test_headings_are_recognised(cells: tuple[str, ...], found: dict[Field, int]) -> None:
    assert dict(columns(cells).fields) == found


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("姓名", "手机", "电话"), "headings.twice"),
        (("姓名", "车型", "车型"), "headings.twice"),
        (("手机", "邮箱"), "headings.no_name"),
        (("姓名", "\u202e车型"), "text.bidi"),
        (("姓名", "长" * 61), "text.too_long"),
    ],
)
def test_headings_that_cannot_be(cells: tuple[str, ...], code: str) -> None:
    with pytest.raises(SheetError) as refused:
        columns(cells)
    assert refused.value.code == code


def test_columns_without_a_field_are_extra_fields() -> None:
    (row,) = good(text(("姓名", "车型"), ("张三", "轿车")))
    assert row.extras == {"车型": "轿车"}


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (199, "GR")])
def test_column_letters(column: int, letters: str) -> None:
    assert headings.column_letters(column) == letters


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (0, "张" * 10_000, "text.too_long"),
        (0, "张" * 10_001, "text.too_long"),
        (0, "张\0三", "text.nul"),
        (0, "张\u200f三", "text.bidi"),
        (0, " ", "name.missing"),
        (1, "110105194912310021", "id.check_character"),
        (1, "1.10105194912310E+17", "number.rounded"),
        (2, "13800138000/13900139000", "phone.several"),
        (3, "01/02/1990", "date.ambiguous"),
    ],
)
def test_a_bad_cell_makes_a_bad_row_and_leaves_the_others(column: int, value: str, code: str) -> None:
    cells = [*ZHANG]
    cells[column] = value
    rows = parsed(text(HEAD, cells, LI))
    assert isinstance(rows[0], BadRow)
    assert codes(rows[0]) == {column: code}
    assert rows[0].cells == tuple(cells)
    assert isinstance(rows[1], ParsedRow)


def test_dates_in_three_styles() -> None:
    rows = good(text(("姓名", "生日"), ("甲", "1990-01-31"), ("乙", "1990/1/31"), ("丙", "1990年1月31日")))
    assert {row.values["birth_date"] for row in rows} == {"1990-01-31"}


def test_an_id_number_stored_as_a_number_is_refused() -> None:
    bad = only_bad(book(HEAD, ("张三", 110105194912310000, "13800138000", "")), "list.xlsx")
    assert codes(bad) == {1: "number.rounded"}


def test_a_number_twice_in_a_file_names_the_other_row() -> None:
    bad = only_bad(text(HEAD, ZHANG, LI, ("张 三", ZHANG[1].lower(), "", "")))
    assert bad.number == 4
    assert bad.errors[1].code == "row.duplicate"
    assert bad.errors[1].params == {"other": 2}


def test_old_and_new_form_of_one_id_number_are_duplicates() -> None:
    bad = only_bad(text(HEAD, ("甲", "130503670401001", "", ""), ("甲", "130503196704010016", "", "")))
    assert codes(bad) == {1: "row.duplicate"}


def test_a_cell_without_a_heading_is_not_lost_silently() -> None:
    assert codes(only_bad(text(("姓名", ""), ("张三", "重要")))) == {1: "row.no_heading"}
    assert codes(only_bad(text(("姓名", "手机"), ("张三", "", "重要")))) == {2: "row.no_heading"}


def test_cells_that_are_long_together_or_blank_beside_the_headings_are_nothing_wrong() -> None:
    (row,) = good(text(("姓名", "备注", *"甲乙丙"), ("张三", "x" * 5_000, *["y" * 2_000] * 3, " ", "")))
    assert [len(value) for value in (*row.values.values(), *row.extras.values())] == [2, 5_000, *[2_000] * 3]


def test_a_label_that_repeats_is_the_same_label_and_a_wrong_one_is_wrong_each_time() -> None:
    rows = parsed(text(("姓名", "来源"), *[("甲", "展 会"), ("乙", "展\u202e会")] * 3))
    assert [codes(row) if isinstance(row, BadRow) else row.values["source"] for row in rows] == [
        "展 会",
        {1: "text.bidi"},
    ] * 3


def test_a_csv_cut_in_a_row() -> None:
    whole = text(HEAD, ZHANG, LI).getvalue()
    bad = only_bad(io.BytesIO(whole[: whole.index(b"4403051990")]))
    assert (bad.number, codes(bad)) == (3, {1: "row.cut_off"})


def test_blank_rows_are_passed_over() -> None:
    assert [row.number for row in good(text(HEAD, (" ", ""), ZHANG, ()))] == [3]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"name": "张三"}, "person"),
        ({"name": "某某有限公司"}, "company"),
        ({"name": "Acme Ltd"}, "company"),
        ({"name": "老王小吃", "code": "91110000600037341L"}, "person"),
        ({"name": "杭州云帆科技", "code": "91110000600037341L"}, "company"),
        ({"name": "张三", "kind": "企业"}, "person"),
        ({"name": "某某有限公司", "kind": "Person"}, "person"),
    ],
)
def test_person_or_company(row: dict[str, str], kind: str) -> None:
    cells = (row["name"], row.get("kind", ""), row.get("code", ""))
    assert good(text(("姓名", "类型", "统一社会信用代码"), cells))[0].kind == kind


def test_one_column_holds_the_numbers_of_people_and_of_companies() -> None:
    code = "91110000600037341L"
    (firm,) = good(text(("名称", "证件号"), ("杭州云帆科技", code)))
    assert (firm.kind, firm.values) == ("company", {"name": "杭州云帆科技", "credit_code": code})
    twice = text(("名称", "证件号"), ("杭州云帆科技", code), ("杭州云帆科技二", code))
    assert codes(only_bad(twice)) == {1: "row.duplicate"}
    # Beside a column of its own it is in the wrong one.
    apart = text(("名称", "证件号", "统一社会信用代码"), ("云帆", code, ""))
    assert list(codes(only_bad(apart))) == [1]
    assert list(codes(only_bad(text(("名称", "证件号"), ("云帆", code[:-1] + "X"))))) == [1]


def test_an_unknown_kind_is_refused() -> None:
    assert codes(only_bad(text(("姓名", "类型"), ("张三", "外星人")))) == {1: "row.kind"}


def bad_sheet(source: io.BytesIO) -> tuple[io.BytesIO, list[BadRow]]:
    sheet = read_sheet(source, "list.csv")
    bad = [row for row in parse_rows(sheet) if isinstance(row, BadRow)]
    target = io.BytesIO()
    assert write_bad_rows(target, sheet.headings, bad) == len(bad)
    return target, bad


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_bad_rows_come_back_with_reasons_and_can_be_sent_again(language: str) -> None:
    with translation.override(language):
        file, bad = bad_sheet(text((*HEAD, "备注"), (*ZHANG, "=cmd()"), ("李四", "1", "2", "3", "+1")))
        reasons = [problem.message for problem in bad[0].errors.values()]
    again = read_sheet(file, "bad.xlsx")
    (row,) = again.rows
    assert row.cells[2:] == ("李四", "1", "2", "3", "+1")
    assert all(reason in row.cells[0] for reason in reasons)
    assert row.cells[1] == "3"
    assert again.columns.ignored == {0, 1}
    (parsed_again,) = parse_rows(read_sheet(file, "bad.xlsx"))
    assert isinstance(parsed_again, BadRow)
    assert codes(parsed_again) == {column + 2: code for column, code in codes(bad[0]).items()}


def test_cells_beyond_the_headings_and_unwritable_ones_come_back_too() -> None:
    file, _ = bad_sheet(text(("姓名",), ("张\0三\x07", "", "重要")))
    (row,) = read_sheet(file, "bad.xlsx").rows
    assert row.cells[2:] == ("张三", "", "重要")
    assert "\nE: " in row.cells[0]


def test_formulas_are_neutralised_in_the_sheet_of_bad_rows() -> None:
    file, _ = bad_sheet(text((*HEAD, "备注"), ("李四", "1", "2", "3", "=HYPERLINK(1)")))
    file.seek(0)
    cells = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()[1]
    assert cells[6] == "'=HYPERLINK(1)"


words = st.text(st.characters(codec="utf-8", exclude_characters='\r\n",;\t\0'), max_size=12)


@given(st.lists(st.tuples(words, words, words, words), max_size=8))
def test_every_row_is_either_good_or_bad_and_none_is_lost(rows: list[tuple[str, str, str, str]]) -> None:
    results = parsed(text(HEAD, *rows, ("张三", "", "", "")))
    filled = [number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert [row.number for row in results][: len(filled)] == filled
    for row in results:
        if isinstance(row, BadRow):
            assert row.errors
        else:
            assert row.values["name"]


def test_no_value_shows_in_a_repr() -> None:
    born = datetime.date(1949, 12, 31)
    rows = [*parsed(text(HEAD, ZHANG, ("李四", "110105", "", ""))), born]
    assert not any(secret in repr(rows) for secret in ("张三", "李四", "138001", "110105"))

"""Values are known in whatever cell they stand: with words before them, several together, in any grouping."""

import csv
import io
import random
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.records.makers import acting
from vault.demo.people import make_company, make_person
from vault.disclosures import leaked
from vault.disclosures.incells import CELL_LIMIT, MOST, inside
from vault.disclosures.leaked import read_leaked
from vault.disclosures.sharing import exports_in
from vault.disclosures.trace import trace
from vault.records.labels import Field
from vault.records.models import ClientBook
from vault.records.normalising import NORMALISE

FIELDS = (Field.PHONE, Field.ID_NUMBER, Field.CREDIT_CODE, Field.BANK_ACCOUNT, Field.EMAIL)
BEFORE = (
    "", "手机：", "电话 ", "手机", "身份证号码:", "ID ", "ID", "tel:", "☎", "(", "联系人王某，", "1. ",
    "王某/", "微信同号 ", "客户编号7，", "\u200b", "【", "Tel. No. ", "VX",
)  # fmt: skip
AFTER = (
    "",
    "。",
    " (王某)",
    "（本人）",
    "王某",
    ";",
    " 转告",
    "\n备注:无",
    "】",
    " *VIP",
    "，下午可接",
    "\x01",
)
BETWEEN = (" ", "  ", ",", "，", "、", ";", "；", "/", " / ", "|", "\n", "\r\n", "\t", " 王某 ", "，身份证：")


def value(kind: Field, seed: int) -> str:
    rng = random.Random(seed)
    made = make_company(rng) if kind is Field.CREDIT_CODE else make_person(rng)
    return NORMALISE[kind](made[kind.value]).value


def grouped(kind: Field, whole: str, form: int) -> str:
    """The value as people write it."""
    if kind is Field.EMAIL:
        return whole
    number = whole.removeprefix("+86")
    mark = (" ", "-", "", ".", "\u00a0", "－")[form % 6]
    steps = {Field.PHONE: (3, 7), Field.ID_NUMBER: (6, 10, 14)}.get(kind, range(4, len(number), 4))
    cuts = [0, *steps, len(number)]
    text = mark.join(number[a:b] for a, b in pairwise(cuts))
    if kind is Field.PHONE:
        text = ("", "+86 ", "0086-", "(+86)", "86", "＋86")[form // 6 % 6] + text
    if form % 5 == 0:
        text = text.translate({ord(one): ord(one) + 0xFEE0 for one in "0123456789"})
    return text.lower() if form % 7 == 0 else text


def found_in(cell: str) -> dict[Field, list[str]]:
    target = io.StringIO()
    csv.writer(target).writerow([cell, "x"])
    rows = read_leaked(io.BytesIO(target.getvalue().encode()), "a.csv").rows
    return rows[0].values if rows else {}


@settings(max_examples=80)
@given(
    st.sampled_from(FIELDS),
    st.integers(0, 2**32),
    st.integers(0, 41),
    st.sampled_from(BEFORE),
    st.sampled_from(AFTER),
)
def test_whatever_stands_around_a_value_it_is_found(
    kind: Field, seed: int, form: int, before: str, after: str
) -> None:
    whole = value(kind, seed)
    if kind is Field.EMAIL and before[-1:].isascii() and before[-1:].isalnum():
        before += " "  # nothing tells a word from the mailbox that it is written against
    assert whole in found_in(before + grouped(kind, whole, form) + after)[kind]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(FIELDS), st.integers(0, 2**32)), min_size=2, max_size=4),
    st.sampled_from(BETWEEN),
    st.sampled_from(["", "王某 ", "王某", "联系方式："]),
)
def test_several_values_in_one_cell_are_all_found(
    values: list[tuple[Field, int]], between: str, before: str
) -> None:
    wholes = [(kind, value(kind, seed)) for kind, seed in values]
    found = found_in(before + between.join(whole.removeprefix("+86") for _, whole in wholes))
    for kind, whole in wholes:
        assert whole in found[kind]


def test_names_addresses_and_masks_stand_in_such_cells_too() -> None:
    cell = "姓名：王小明 13812345678，地址：广东省深圳市南山区科技路1号304室；1990-01-31"
    found = found_in(cell)
    assert "王小明" in found[Field.NAME]
    assert found[Field.BIRTH_DATE] == ["1990-01-31"]
    [row] = read_leaked(io.BytesIO(f'x,"{cell}"\n'.encode()), "a.csv").rows
    assert "广东省深圳市南山区科技路1号304室" in row.addresses
    [row] = read_leaked(io.BytesIO("手机：138****1234 张*,邮箱z***@qq.com\n".encode()), "a.csv").rows
    assert {"138****1234", "张*", "z***@qq.com"} <= set(row.masks)


ATOMS = st.sampled_from(
    ["1", "12345678", "138", "-", " ", "@", "a.b", "*", "+", "王", "，", "\u0663", "X", "ﷺ", "."]
)


@settings(max_examples=40)
@given(st.one_of(st.text(max_size=300), st.lists(ATOMS, max_size=200).map("".join)))
@example("1" * 20_000)
@example("a" * 20_000)
@example("@" * 20_000)
@example("a.@b." * 4_000)
@example("1 " * 10_000)
@example("123-" * 5_000)
@example("*" * 20_000)
@example("ﷺ" * 20_000)
@example("a1" * 10_000)
def test_any_text_gives_a_bounded_number_of_candidates(text: str) -> None:
    within = inside(text)
    kinds = (within.numbers, within.joined, within.mails, within.dates, within.names, within.parts)
    assert all(len(found) <= MOST for found in kinds)
    assert within.size <= 40 * (len(text) + 1)
    assert within.cut or len(text) <= CELL_LIMIT


@pytest.mark.parametrize("cell", ["123-", "a1 ", "13812345678 ", "王某 ", "2020-1-1 "])
def test_a_file_of_nothing_but_such_cells_ends_and_says_so(
    cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaked, "EFFORT", 5_000)
    read = read_leaked(io.BytesIO((cell * 3_000 + "\n").encode() * 40), "a.csv")
    assert read.cut
    assert read.seen < 40


def test_a_cell_that_is_not_read_to_its_end_is_told() -> None:
    assert read_leaked(io.BytesIO(b"13812345678 x" + b" " * CELL_LIMIT + b"y\n"), "a.csv").long_cells == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        lambda row: [f"{row[0]}，手机：{row[1]}"],
        lambda row: [f"{row[0]} {row[1]} {row[2]}"],
        lambda row: [f"{row[0]}：{row[1][:3]}-{row[1][3:7]}-{row[1][7:]}（{row[2]}）"],
    ],
)
def test_a_list_written_into_single_cells_is_traced_and_known_in_a_room(
    people: SimpleNamespace, book: ClientBook, written: Callable[[list[str]], list[str]]
) -> None:
    fill(book, 12)
    export = ready(people, people.lin)
    lines = list(csv.reader(io.StringIO(taken(export).decode("utf-8-sig"))))[2:]
    target = io.StringIO()
    csv.writer(target).writerows(written(row) for row in lines)
    sheet = io.BytesIO(target.getvalue().encode())
    with acting(people.olivia):
        assert [
            one.evidence.export for one in trace(actor=people.olivia, file=sheet, filename="a.csv").named
        ] == [export.pk]
    with acting(people.ming):
        assert exports_in(sheet, "a.csv") == {export.pk}

"""Reading chat messages: what is found, what never is, and what hostile text costs."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.formats import phone
from vault.intake.forms import basis_in
from vault.intake.parsing import COMPANY, PERSON, parse
from vault.intake.spotting import LIMIT, cleaned

TWO = [("person", "张三", "+8613800138000"), ("person", "李四", "+8613900139000")]
MESSAGES = [
    ("张三 138 0013 8000 想转让一家科技公司", [("person", "张三", "+8613800138000")]),
    ("我是李小明，电话+86 139-0013-9000，微信同号😀", [("person", "李小明", "+8613900139000")]),
    ("姓名：王五\n手机：１３８００１３８０００", [("person", "王五", "+8613800138000")]),
    ("张三 13800138000\n李四 13900139000", TWO),
    ("13800138000 张三\n13900139000 李四", TWO),
    ("陈先生 13512345678 有个公司要转让", [("person", "陈先生", "+8613512345678")]),
    ("欧阳娜娜：13512345678", [("person", "欧阳娜娜", "+8613512345678")]),
    ("contact: Li Na, +852 9123 4567", [("person", "Li Na", "+85291234567")]),
    ("王总 2026/11/21 14:03\n电话 13512345678", [("person", None, "+8613512345678")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MESSAGES)
def test_people_of_a_message(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    found = [(one.kind, one.values.get("name"), one.values["phone"]) for one in parse(text).candidates]
    assert found == expected


def test_every_field_of_a_full_message() -> None:
    [one] = parse(
        "姓名：张三丰\n身份证 110105 19491231 002x\n邮箱 Zhang@QQ.com\n地址：广东省深圳市南山区科技路1号\n"
        "银行卡 6222 0212 3456 7890 128\n手机 138-0013-8000"
    ).candidates
    assert one.values == {
        "name": "张三丰",
        "id_number": "11010519491231002X",
        "birth_date": "1949-12-31",
        "email": "Zhang@qq.com",
        "address": "广东省深圳市南山区科技路1号",
        "bank_account": "6222021234567890128",
        "phone": "+8613800138000",
    }


def test_a_company_and_its_person_are_both_offered() -> None:
    parsed = parse(
        "你好，我们公司是深圳市华瑞科技有限公司，统一社会信用代码91440300MA5DA1H72L\n"
        "联系人：陈丽 13512345678\n想收购一家资质公司"
    )
    person, company = parsed.candidates
    assert (person.kind, person.values["name"], person.company) == (PERSON, "陈丽", "深圳市华瑞科技有限公司")
    assert company.kind == COMPANY
    assert company.values == {
        "name": "深圳市华瑞科技有限公司",
        "credit_code": "91440300MA5DA1H72L",
        "phone": "+8613512345678",
    }
    assert parsed.wants == "想收购一家资质公司"


@pytest.mark.parametrize(
    "text",
    [
        "订单号 20261121138001380001234",
        "2026-13800138000-01",
        "wx13800138000",
        "13800138000x7",
        "http://x.cn/13800138000/1",
        "11010519491231002",
        "110105194912310021",
        "6222 0212 3456 7890 129",
        "￥13800138000.50",
    ],
)
def test_a_number_inside_a_longer_one_is_none(text: str) -> None:
    assert parse(text).candidates == ()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("张三 138 0013 8000，预算3,000元，下午三点后再打", "预算3,000元\n下午三点后再打"),
        ("我是李小明，电话13900139000，微信同号😀", ""),
        ("我是李小明 13900139000 想转让一家科技公司", "想转让一家科技公司"),  # no sentence of its own
        ("张三 13800138000\n想转让公司。喜欢安静的办公室", "喜欢安静的办公室"),  # the wish is in the notes
        ("王总 13512345678\n我是王小明 a@qq.com b@qq.com", "b@qq.com"),  # a second mail
        ("王总 2026/11/21 14:03\n电话 13512345678", ""),
    ],
)
def test_nothing_of_a_message_is_dropped_in_silence(text: str, rest: str) -> None:
    assert parse(text).rest == rest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张三 13800138000 卡 6222 0212 3456 7890 129", [("bank", "6222 0212 3456 7890 129")]),
        ("张三 卡号 6222021234567890129", [("bank", "6222021234567890129")]),
        ("张三 110105194912310021", [("identity", "110105194912310021")]),
        ("张三 91440300MA5DA1H72M", [("code", "91440300MA5DA1H72M")]),
        ("张三 1380013800", [("phone", "1380013800")]),
        (
            "张三 138001380001 6222021234567890129",
            [("phone", "138001380001"), ("bank", "6222021234567890129")],
        ),
        ("张三 13800138000 6222021234567890128，订单 20261121138001", []),
    ],
)
def test_a_number_that_fails_its_check_is_said_to(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.looks.value, one.number) for one in parse(text).doubts] == found


NUMBERS = st.from_regex(r"(?:\+86 ?)?1[3-9][0-9] ?[0-9]{4} ?[0-9]{4}", fullmatch=True)
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Nd", "Nl", "No"]), max_size=20)
SPOKEN = (
    "张三 我是李四 姓名：王五 有限公司 深圳市 南山区 @qq.com 地址： 身份证 11010519491231002X 😀 "
    "91440300MA5DA1H72L 6222021234567890128"
)
PIECES = st.one_of(NUMBERS, WORDS, st.text(max_size=30), st.sampled_from(SPOKEN.split()))


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=12).map("\n".join))
def test_nothing_is_made_up(text: str) -> None:
    """Every value, down to its digits and letters, stands in the message in this order."""
    plain = "".join(cleaned(text).split()).upper().replace("-", "")
    for one in parse(text).candidates:
        for name, value in one.values.items():
            if name == "birth_date":
                assert value.replace("-", "") in one.values["id_number"]
                continue
            digits = value.removeprefix("+86") if name == "phone" else value
            wanted = "".join(digits.split()).upper().replace("-", "").removeprefix("+")
            assert wanted in plain or wanted.replace(".", "。") in plain, (name, value)


@settings(max_examples=30)
@given(st.text(alphabet="一二三 \n，", max_size=8), NUMBERS, st.text(alphabet="一二三 \n，", max_size=8))
def test_a_phone_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    [one] = parse(f"{before}{number}{after}").candidates
    assert one.values["phone"] == phone.normalise(number).value


HOSTILE = (
    "1,a@,有限公司,138 ,地址:,市,@,我是,广东省深圳市南山区,- ,张,a@b.c ,姓名:,[图片],转让。,"
    "1-,我们是,路,2026/1/1 1:11 "
)


@pytest.mark.parametrize("piece", HOSTILE.split(","))
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    """Counted in calls and lines of our own code, not in seconds."""
    short, long = (piece * (size // len(piece)) for size in (LIMIT // 40, LIMIT // 10))
    assert _steps(long) < 6 * _steps(short) + 2_000


def _steps(text: str) -> int:
    steps = 0

    def count(*_: object) -> object:
        nonlocal steps
        steps += 1
        return count

    sys.settrace(count)  # type: ignore[arg-type]
    try:
        parse(text)
    finally:
        sys.settrace(None)
    return steps


def test_what_is_beyond_the_limit_is_not_read() -> None:
    assert parse("一" * (3 * LIMIT) + " 13800138000").candidates == ()


@pytest.mark.parametrize(
    ("message", "basis"),
    [
        ("我是李小明 13800138000，想转让一家公司", "contract"),
        ("13800138000 多少钱？", "contract"),
        ("李小明 13800138000，请随时联系我", "consent"),
        ("Li Xiaoming 13800138000, please call me", "consent"),
        ("可以联系我 13800138000，想收购执照", "contract"),
        ("我不同意，13800138000", ""),
        ("李小明 13800138000", ""),
    ],
)
def test_the_lawful_basis_comes_from_what_is_asked(message: str, basis: str) -> None:
    assert basis_in(parse(message)) == basis

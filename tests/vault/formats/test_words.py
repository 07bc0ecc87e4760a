"""Text, names, dates and formulas."""

import datetime
import re
from pathlib import Path

import polib
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vault.formats import dates, formulas, names, text
from vault.formats.checked import FormatError, Problem
from vault.formats.messages import MESSAGES

CATALOGUE = Path(__file__).parents[3] / "locale/vault/zh_Hans/LC_MESSAGES/django.po"
RLM, RLO, ZERO_WIDTH = "\u200f", "\u202e", "\u200b"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("张\0三", "text.nul"),
        (f"张{RLM}三", "text.bidi"),
        (f"张{RLO}三", "text.bidi"),
        ("张\x1b三", "text.control"),
        ("张\ud800", "text.control"),
        ("张" * 10_000, "text.too_long"),
        ("ﷺ" * 90, "text.too_long"),
        ("  ", "name.missing"),
        ("12345", "name.form"),
    ],
)
def test_name_refusals(raw: str, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        names.normalise(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" 张 三 ", "张三"),
        (f"张{ZERO_WIDTH}三", "张三"),
        ("Ｊｏｈｎ  Smith", "John Smith"),
        ("阿卜杜•热合曼", "阿卜杜·热合曼"),
        ("⼀\u3000丁", "一丁"),
    ],
)
def test_names_are_normalised(raw: str, value: str) -> None:
    assert names.normalise(raw).value == value


@given(st.text(max_size=100))
def test_name_key_is_the_same_before_and_after_normalising(raw: str) -> None:
    try:
        value = names.normalise(raw).value
    except FormatError:
        return
    assert names.normalise(value).value == value
    assert names.search_key(raw) == names.search_key(value) == names.search_key(f" {value} ")


def test_surnames_and_companies() -> None:
    assert [names.surname(name) for name in ("张三", "欧阳修", "欧阳", "司马相如")] == [
        "张",
        "欧阳",
        "欧",
        "司马",
    ]
    assert names.is_company("深圳市某某科技有限公司")
    assert names.is_company("Acme Co., Ltd.")
    assert names.is_company("某某有限公司(深圳)")
    assert not names.is_company("张三")


@pytest.mark.parametrize(
    "raw",
    [
        "2026-01-31", "2026/1/31", "2026年1月31日", "2026.01.31", "20260131", "46053", "２０２６－０１－３１",
        "2026-01-31 00:00:00", "2026 年 1 月 31 日", 46053, datetime.date(2026, 1, 31),
        datetime.datetime(2026, 1, 31, 9),
    ],
)  # fmt: skip
def test_styles_of_dates(raw: str | int | datetime.date) -> None:
    assert dates.normalise(raw).value == "2026-01-31"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("01/02/2026", "date.ambiguous"),
        ("1-2-26", "date.ambiguous"),
        ("2026-02-30", "date.impossible"),
        ("2026", "date.form"),
        ("2026-1/31", "date.form"),
        ("", "date.form"),
    ],
)
def test_date_refusals(raw: str, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        dates.normalise(raw)
    assert refused.value.code == code


def test_birth_dates_lie_in_the_past() -> None:
    with pytest.raises(FormatError):
        dates.birth_date("2026-11-22", latest=datetime.date(2026, 11, 21))


@given(st.dates(min_value=datetime.date(1928, 1, 1), max_value=datetime.date(2170, 1, 1)))
def test_all_styles_of_a_day_agree(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    styles = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str(serial),
    ]
    assert {dates.normalise(style).value for style in styles} == {day.isoformat()}


@given(st.text())
def test_any_text_is_a_date_or_refused(raw: str) -> None:
    try:
        value = dates.normalise(raw).value
    except FormatError:
        return
    assert datetime.date.fromisoformat(value).isoformat() == value


@given(st.text(max_size=200), st.booleans())
def test_clean_text_is_stable(raw: str, lines: bool) -> None:
    try:
        value = text.normalise(raw, limit=10_000, lines=lines).value
    except FormatError:
        return
    assert text.normalise(value, limit=10_000, lines=lines).value == value
    assert not {"\0", RLO} & set(value)
    assert lines or "\n" not in value


def test_notes_keep_their_lines() -> None:
    assert text.normalise("一\r\n二 ", limit=10, lines=True).value == "一\n二"


@given(st.text())
def test_formulas_are_neutralised_and_restored(raw: str) -> None:
    safe = formulas.neutralise_formula(raw)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    if not raw.startswith("'"):
        assert formulas.restore_formula(safe) == raw


def test_every_message_has_a_chinese_text_with_the_same_numbers() -> None:
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}
    with translation.override(None):
        for message in map(str, MESSAGES.values()):
            assert sorted(re.findall(r"%\(\w+\)d|%\(\w+\)s", catalogue[message])) == sorted(
                re.findall(r"%\(\w+\)d|%\(\w+\)s", message)
            )


def test_every_message_can_be_shown() -> None:
    for code in MESSAGES:
        assert Problem(
            code, {"length": 1, "limit": 2, "other": 3, "line": 4, "columns": "B", "count": 5, "fields": "A"}
        ).message
    with pytest.raises(KeyError):
        FormatError("no.such.code")


_PIECES = st.sampled_from(
    [*"王李欧阳司马小红云帆中", "公司", "集团", "有限", "有限公司", "(上海)", " ", "Li", "ﬁ", "〇", "𠮷"]
)


@given(st.lists(_PIECES, min_size=1, max_size=6).map("".join))
def test_short_chinese_names_take_a_shorter_way_to_the_same(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        short = [ask(name) for ask in (names.folded, names.runs, names.parts, names.is_company)]
        patch.setattr(names, "_is_plain", lambda _: False)
        assert short == [ask(name) for ask in (names.folded, names.runs, names.parts, names.is_company)]


@given(st.lists(_PIECES, min_size=1, max_size=6).map("".join).filter(str.strip))
def test_short_chinese_names_have_the_same_heads(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        short = names.heads(name)
        patch.setattr(names, "_is_plain", lambda _: False)
        assert short == names.heads(name)

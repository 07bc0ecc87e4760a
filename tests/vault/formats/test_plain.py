"""What is told by a cheap look is never anything but what the thorough one says without a doubt."""

import datetime
import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.demo.people import make_company, make_person
from vault.formats import bank_account, credit_code, dates, email, identity, names, phone, text
from vault.formats.checked import Checked, FormatError

LATEST = datetime.date(2026, 11, 22)
Plain = Callable[[str], str | None]
Thorough = Callable[[str], Checked | str]


def thorough_birth_date(raw: str) -> Checked:
    checked = dates.thorough(raw)
    if not datetime.date(1880, 1, 1) <= datetime.date.fromisoformat(checked.value) <= LATEST:
        raise FormatError("date.birth")
    return checked


FORMS: dict[str, tuple[Plain, Thorough]] = {
    "name": (names.plain, names.thorough),
    "id_number": (
        partial(identity.plain, latest=f"{LATEST:%Y%m%d}"),
        partial(identity.thorough, latest=LATEST),
    ),
    "credit_code": (credit_code.plain, credit_code.thorough),
    "phone": (phone.plain, phone.thorough),
    "email": (email.plain, email.thorough),
    "address": (partial(text.plain, limit=60), partial(text.thorough, limit=60)),
    "bank_account": (bank_account.plain, bank_account.thorough),
    "birth_date": (partial(dates.plain_birth_date, latest=LATEST.isoformat()), thorough_birth_date),
    "notes": (partial(text.plain, limit=60, lines=True), partial(text.thorough, limit=60, lines=True)),
}
ODD = "09Xx１²٣aAé·・.．@＠-_+,， \u3000\xa0\t\r\n\0\x1f\u00ad\u200b\u202e\ufeff\ud800張ㄱﬃ㎡e\u0301。"


@st.composite
def nearly(draw: st.DrawFn, field: str) -> str:
    """A value as people type it, with up to three characters put in, left out or changed."""
    rng = random.Random(draw(st.integers(0, 10_000)))
    value = make_person(rng).get(field) or make_company(rng)[field]
    for _ in range(draw(st.integers(0, 3))):
        at, kept = draw(st.integers(0, len(value))), draw(st.integers(0, 1))
        value = value[:at] + draw(st.sampled_from(("", *ODD))) + value[at + kept :]
    return value


@pytest.mark.parametrize("field", FORMS)
@given(st.data())
def test_the_cheap_look_agrees_with_the_thorough_one(field: str, data: st.DataObject) -> None:
    plain, thorough = FORMS[field]
    raw = data.draw(nearly(field) | st.text(max_size=70))
    if (found := plain(raw)) is not None:
        assert thorough(raw) in (found, Checked(found))


@pytest.mark.parametrize("field", FORMS)
def test_what_people_type_is_told_by_the_cheap_look(field: str) -> None:
    plain, thorough = FORMS[field]
    rng = random.Random(20261122)
    clients = [make(rng) for make in (make_person, make_company) for _ in range(50)]
    typed = [client[field] for client in clients if client[field] and field != "bank_account"]
    typed += [make_person(rng)["bank_account"] for _ in range(50)] if field == "bank_account" else []
    told = [raw for raw in typed if plain(raw) is not None]
    assert len(told) > len(typed) / 2
    assert all(thorough(raw) in (plain(raw), Checked(str(plain(raw)))) for raw in told)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("id_number", "110105194912310021"),  # the check character does not fit
        ("id_number", "11010519490230002X"),  # no day
        ("id_number", "11010520261123002X"),  # tomorrow
        ("id_number", "999999194912310020"),  # a foreigner's card has rules of its own
        ("bank_account", "6222027130738602811"),  # a card's digit that does not fit is a warning
        ("phone", "14012345678"),  # and so is a range that nobody knows
        ("phone", "10123456789"),
        ("phone", "１3800138000"),
        ("email", "a@qq.com\n"),
        ("email", "a..b@qq.com"),
        ("email", "a@QQ.com"),
        ("email", f"{'a' * 65}@qq.com"),
        ("birth_date", "2026-W05-6"),
        ("birth_date", "2026-11-23"),
        ("name", "张 三"),
        ("name", "Ａnna"),
        ("name", "张" * 101),
        ("address", "  科技园"),
        ("address", "科技园\n南路"),
        ("notes", "好" * 61),
    ],
)
def test_what_needs_a_closer_look(field: str, raw: str) -> None:
    assert FORMS[field][0](raw) is None

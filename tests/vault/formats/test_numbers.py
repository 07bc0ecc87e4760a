"""Credit codes, phones, e-mail addresses and bank accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import uscc

from tests.vault.formats.typing_ways import full_width, typed
from vault.formats import bank_account, credit_code, email, phone
from vault.formats.checked import FormatError

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
codes = st.from_regex(r"9[1-3]440300[0-9A-HJ-NP-RTUWXY]{9}", fullmatch=True).map(
    lambda seventeen: seventeen + uscc.calc_check_digit(seventeen)
)
accounts = st.from_regex(r"[0-9]{8,30}", fullmatch=True)


@given(mobiles, st.sampled_from(["", "+86", "0086", "86", "+86 ", "+86-", "（+86）"]), st.data())
def test_a_mobile_has_one_key(number: str, prefix: str, data: st.DataObject) -> None:
    way = data.draw(typed(prefix + number))
    assert phone.search_key(way) == "+86" + number


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("010-62345678", "+861062345678"),
        ("（0755）8888 9999", "+8675588889999"),
        ("400-810-8888", "+864008108888"),
        ("85291234567", "+85291234567"),
        ("00853 6612 3456", "+85366123456"),
        ("+1 415 555 2671", "+14155552671"),
        ("\u202d138 0013 8000\u202c", "+8613800138000"),
    ],
)
def test_phones_elsewhere(raw: str, value: str) -> None:
    assert phone.normalise(raw).value == value


def test_unknown_mobile_range_is_a_warning() -> None:
    assert [warning.code for warning in phone.normalise("14012345678").warnings] == ["phone.unknown_range"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("62345678", "phone.length"),
        ("12345678901", "phone.length"),
        ("13800138000/13900139000", "phone.several"),
        ("13800138000、13900139000", "phone.several"),
        ("010-62345678-801", "phone.extension"),
        ("010-62345678转801", "phone.extension"),
        ("微信同号", "phone.form"),
        ("", "phone.form"),
        ("1.38E+10", "number.rounded"),
    ],
)
def test_phone_refusals(raw: str, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        phone.normalise(raw)
    assert refused.value.code == code


@given(codes, st.data())
def test_a_credit_code_has_one_key(code: str, data: st.DataObject) -> None:
    assert credit_code.search_key(data.draw(typed(code))) == code


def test_credit_code_beginning_with_letters_passes() -> None:
    seventeen = "N2110000600037341"
    assert credit_code.normalise(seventeen + uscc.calc_check_digit(seventeen))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("91110000600037341", "credit_code.length"),
        ("91110000600037341M", "credit_code.check_digit"),
        ("9111000060003734IL", "credit_code.form"),
    ],
)
def test_credit_code_refusals(raw: str, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        credit_code.normalise(raw)
    assert refused.value.code == code


@given(accounts, st.data())
def test_an_account_has_one_key_and_luhn_only_warns(account: str, data: st.DataObject) -> None:
    checked = bank_account.normalise(data.draw(typed(account)))
    assert checked.value == account
    assert bool(checked.warnings) == (13 <= len(account) <= 19 and not luhn.is_valid(account))


@pytest.mark.parametrize(("raw", "code"), [("工行 6222", "bank.form"), ("1234567", "bank.length")])
def test_account_refusals(raw: str, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        bank_account.normalise(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "raw", ["Zhang@QQ.com", " zhang@qq.COM ", full_width("zhang@qq.com"), "zhang @qq.com"]
)
def test_an_address_has_one_key(raw: str) -> None:
    assert email.search_key(raw) == "zhang@qq.com"


@pytest.mark.parametrize(
    "raw", ["zhang", "a b@qq.com", "a@b", "a@@b.com", ".a@b.com", "a@-b.com", "a@b.com;c@d.com"]
)
def test_address_refusals(raw: str) -> None:
    with pytest.raises(FormatError):
        email.normalise(raw)


@given(st.sampled_from([phone, credit_code, bank_account, email]), st.text())
def test_any_text_is_refused_or_stable(module: object, text: str) -> None:
    normalise = module.normalise  # type: ignore[attr-defined]
    try:
        value = normalise(text).value
    except FormatError:
        return
    assert normalise(value).value == value
    assert module.search_key(text) == module.search_key(value)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+8613812345678", "138 1234 5678"),
        ("+861065529988", "010 6552 9988"),
        ("+85291234567", "+852 9123 4567"),
        ("+12125550123", "+1 212 555 0123"),
        ("010-12345678 转 12", "010-12345678 转 12"),
    ],
)
def test_a_number_is_shown_as_people_here_dial_it(stored: str, shown: str) -> None:
    assert " ".join(phone.dialled(stored)) == shown

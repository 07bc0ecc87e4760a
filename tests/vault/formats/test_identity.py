import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.formats.typing_ways import typed
from vault.formats import identity
from vault.formats.checked import FormatError

TODAY = datetime.date(2026, 11, 21)
days = st.dates(min_value=datetime.date(1900, 1, 1), max_value=TODAY)
regions = st.sampled_from(["110105", "440305", "513436", "810000", "820000", "830000", "911124"])


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    seventeen = draw(regions) + draw(days).strftime("%Y%m%d") + f"{draw(st.integers(0, 999)):03}"
    return seventeen + identity.check_character(seventeen)


@given(resident_ids(), st.data())
def test_every_way_of_typing_gives_one_key(number: str, data: st.DataObject) -> None:
    assert identity.search_key(data.draw(typed(number))) == identity.search_key(number) == number


@given(resident_ids(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_refused(number: str, place: int, change: int) -> None:
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    with pytest.raises(FormatError):
        identity.normalise(wrong, latest=TODAY)


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(1999, 12, 31)))
def test_old_fifteen_digits_share_the_key_of_the_new_eighteen(born: datetime.date) -> None:
    old = "110105" + born.strftime("%y%m%d") + "123"
    seventeen = old[:6] + "19" + old[6:]
    assert identity.search_key(old) == seventeen + identity.check_character(seventeen)
    assert identity.normalise(old).value == old
    assert "id.legacy" in [warning.code for warning in identity.normalise(old).warnings]


def test_gb_11643_example() -> None:
    assert identity.normalise("11010519491231002x").value == "11010519491231002X"
    assert identity.birth_date("11010519491231002X") == "1949-12-31"


@pytest.mark.parametrize("number", ["810000199408230021", "911124198108030024", "H12345678", "E12345678"])
def test_permits_and_travel_documents_pass_without_warning(number: str) -> None:
    assert identity.normalise(number).warnings == ()


def test_unknown_region_only_warns() -> None:
    seventeen = "99" + "0105" + "19491231002"
    foreign = identity.normalise(seventeen + identity.check_character(seventeen))
    assert foreign.warnings == ()  # 9 marks a foreigner's card, whose digits 2 to 6 are no region
    seventeen = "700105" + "19491231002"
    known = identity.normalise(seventeen + identity.check_character(seventeen))
    assert [warning.code for warning in known.warnings] == ["id.region"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "id.check_character"),
        ("110105194913310021", "id.date"),
        ("110105299912310021", "id.date"),
        ("1101051949", "id.form"),
        ("1.10105194912310E+17", "number.rounded"),
        ("1101051949123100\0X", "text.nul"),
        ("", "id.form"),
        ("1" * 10_000, "text.too_long"),
    ],
)
def test_refusals(number: str, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        identity.normalise(number, latest=TODAY)
    assert refused.value.code == code
    assert number[:12] not in str(refused.value) or not number


@given(st.text())
def test_any_text_is_checked_or_refused(text: str) -> None:
    try:
        value = identity.normalise(text).value
    except FormatError:
        return
    assert identity.normalise(value).value == value

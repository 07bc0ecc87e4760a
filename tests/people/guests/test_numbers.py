"""Mobile numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.guests.numbers import NoMobileNumber, mobile_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("19900000000", "+8619900000000"),
        ("+852 9123 4567", "+85291234567"),
        ("00852 9123 4567", "+85291234567"),
        ("+65 8123 4567", "+6581234567"),
    ],
)
def test_what_is_meant(typed: str, kept: str) -> None:
    assert mobile_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12800138000",
        "1380013800",
        "138001380000",
        "010-65529988",
        "+1 900 555 0100",
        "+44 9098 790000",
        "+999 12345678",
        "+852 2123 4567",
        "13800138000;13900139000",
        "abc",
        "+",
    ],
)
def test_what_gets_no_code(typed: str) -> None:
    """Landlines cannot read it; premium numbers earn by it."""
    with pytest.raises(NoMobileNumber):
        mobile_number(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        kept = mobile_number(typed)
    except NoMobileNumber:
        return
    assert kept.startswith("+")
    assert kept[1:].isascii()
    assert kept[1:].isdigit()
    assert mobile_number(kept) == kept

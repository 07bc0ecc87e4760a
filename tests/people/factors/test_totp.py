"""The codes of authenticator apps against the vectors of their RFC, and once each."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.factors.totp import (
    PERIOD,
    address_for_apps,
    code_at,
    in_fours,
    matching_step,
    new_secret,
    step_of,
)

# RFC 6238, appendix B: the secret is the ASCII of "12345678901234567890"; of its eight digits apps show six.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
MOMENTS = st.integers(min_value=10 * PERIOD, max_value=2**40)
SECRETS = st.binary(min_size=20, max_size=20).map(lambda raw: base64.b32encode(raw).decode())


@pytest.mark.parametrize(("moment", "digits"), RFC_VECTORS)
def test_the_vectors_of_the_rfc(moment: int, digits: str) -> None:
    assert code_at(RFC_SECRET, step_of(moment)) == digits[-6:]


@given(SECRETS, MOMENTS, st.integers(-1, 1))
def test_a_code_counts_a_step_early_and_a_step_late_and_never_again(
    secret: str, moment: int, off: int
) -> None:
    typed = code_at(secret, step_of(moment) + off)
    step = matching_step(secret, f" {typed[:3]} {typed[3:]} ", moment=moment, after=0)
    assert step is not None
    assert code_at(secret, step) == typed
    again = matching_step(secret, typed, moment=moment, after=step)
    assert again is None or (again > step and code_at(secret, again) == typed)  # two steps with equal codes


@given(SECRETS, MOMENTS, st.sampled_from([-2, 2, 30]))
def test_a_code_of_another_time_does_not_count(secret: str, moment: int, off: int) -> None:
    now = step_of(moment)
    typed = code_at(secret, now + off)
    if typed not in {code_at(secret, now + near) for near in (-1, 0, 1)}:
        assert matching_step(secret, typed, moment=moment, after=0) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "abcdef", "\x00" * 6])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert matching_step(new_secret(), typed, moment=1_800_000_000, after=0) is None


def test_secrets_are_random_and_twenty_bytes_long() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b32decode(one)) for one in made} == {20}


def test_what_the_picture_carries() -> None:
    address = address_for_apps("ABCD", account="su.wanqing", issuer="Sealroom")
    assert address == "otpauth://totp/Sealroom:su.wanqing?secret=ABCD&issuer=Sealroom"
    assert in_fours("ABCDEFGHIJ") == "ABCD EFGH IJ"

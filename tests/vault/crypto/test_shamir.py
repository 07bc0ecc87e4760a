"""Secret sharing: any k shares recover, k-1 tell nothing, and the bytes are those of the definition."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto import shamir
from vault.crypto.errors import WrongLength


def slow_times(a: int, b: int) -> int:
    """Multiplication in GF(2^8) by the book, bit by bit."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def test_multiplication_is_that_of_fips_197() -> None:
    assert shamir._times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert all(shamir._times(a, b) == slow_times(a, b) for a in range(256) for b in range(256))


def test_fixed_vector() -> None:
    """f(x) = 0x2a + 0x5b x + 0x7f x^2, worked out with the slow product."""
    coefficients = [b"\x2a", b"\x5b", b"\x7f"]
    shares = {x: shamir.evaluate(coefficients, x) for x in (1, 2, 9)}
    for x, share in shares.items():
        assert share[0] == 0x2A ^ slow_times(0x5B, x) ^ slow_times(0x7F, slow_times(x, x))
    assert shamir.combine(shares) == b"\x2a"


@given(st.binary(min_size=1, max_size=80), st.data())
def test_any_k_of_n_recover(secret: bytes, data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 12))
    threshold = data.draw(st.integers(2, count))
    shares = shamir.split(secret, threshold=threshold, count=count)
    chosen = data.draw(st.permutations(sorted(shares)))[: data.draw(st.integers(threshold, count))]
    assert shamir.combine({x: shares[x] for x in chosen}) == secret


@given(st.integers(0, 255), st.integers(0, 255), st.integers(1, 255), st.integers(1, 255))
def test_fewer_than_k_fit_every_secret(secret: int, other: int, first: int, second: int) -> None:
    """With one share of two, each other secret has exactly one polynomial through the same point."""
    slopes = [
        slope
        for slope in range(256)
        if slow_times(slope, first) == secret ^ other ^ slow_times(second, first)
    ]
    assert len(slopes) == 1


def test_one_share_of_two_is_evenly_distributed_whatever_the_secret() -> None:
    """Chi-squared with 255 degrees of freedom: above 400 with a chance below 1e-7."""
    rounds = 400
    for byte in (b"\x00", b"\xff"):
        seen: Counter[int] = Counter()
        for _ in range(rounds):
            seen.update(shamir.split(byte * 64, threshold=2, count=2)[1])
        expected = rounds * 64 / 256
        assert sum((seen[value] - expected) ** 2 / expected for value in range(256)) < 400


@pytest.mark.parametrize(("threshold", "count"), [(1, 3), (4, 3), (2, 256), (0, 0)])
def test_senseless_numbers_are_refused(threshold: int, count: int) -> None:
    with pytest.raises(WrongLength):
        shamir.split(b"x", threshold=threshold, count=count)


@pytest.mark.parametrize(
    "shares", [{}, {1: b"x"}, {1: b"x", 2: b"xy"}, {0: b"x", 1: b"y"}, {1: b"x", 256: b"y"}]
)
def test_senseless_shares_are_refused(shares: dict[int, bytes]) -> None:
    with pytest.raises(WrongLength):
        shamir.combine(shares)

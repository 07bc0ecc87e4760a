import hmac
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vault.crypto.blind import UNIQUE_BITS, IndexKey, token
from vault.crypto.errors import WrongLength

SECRET = bytes(range(32))
KEY = IndexKey(3, SECRET, "client.phone")

texts = st.text(st.characters(exclude_categories=["Cs"]))
widths = st.integers(1, UNIQUE_BITS)


@given(texts, widths)
def test_as_written_in_the_specification(value, bits):
    label = sha256(b"client.phone").digest()[:8]
    mac = hmac.digest(SECRET, b"SRblind1" + label + bytes([bits]) + value.encode(), "sha256")
    expected = int.from_bytes(mac) >> 256 - bits
    found = token(KEY, value, bits)
    assert len(found) == (bits + 7) // 8
    assert int.from_bytes(found) >> -bits % 8 == expected
    assert int.from_bytes(found) % 2 ** (-bits % 8) == 0


@given(texts, texts)
def test_equal_exactly_for_equal_values(one, other):
    assert (token(KEY, one, UNIQUE_BITS) == token(KEY, other, UNIQUE_BITS)) == (one == other)


@given(texts, st.binary(min_size=32, max_size=32), st.text(max_size=10))
def test_other_key_or_label_is_unrelated(value, secret, label):
    assume(secret != SECRET and label != "client.phone")
    known = token(KEY, value, UNIQUE_BITS)
    assert token(IndexKey(3, secret, "client.phone"), value, UNIQUE_BITS) != known
    assert token(IndexKey(3, SECRET, label), value, UNIQUE_BITS) != known


@given(texts)
def test_a_short_token_is_no_prefix_of_a_long_one(value):
    assert token(KEY, value, 120) != token(KEY, value, 128)[:15]


def test_a_label_does_not_run_into_the_value():
    assert token(IndexKey(3, SECRET, "ab"), "c", 128) != token(IndexKey(3, SECRET, "a"), "bc", 128)


def test_short_tokens_collide_as_meant():
    assert len({token(KEY, str(number), 4) for number in range(500)}) == 16


@pytest.mark.parametrize("bits", [0, -1, 129])
def test_widths_out_of_range(bits):
    with pytest.raises(WrongLength):
        token(KEY, "a", bits)


def test_one_key_serves_many_threads():
    expected = token(KEY, "13800138000", 128)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: token(KEY, "13800138000", 128), range(2000))) == {expected}


def test_the_key_is_never_shown():
    assert repr(KEY) == "<IndexKey 3>"

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.payload import decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]))
fields = st.dictionaries(st.integers(1, 255), texts, max_size=8)
extras = st.dictionaries(texts.filter(bool), texts, max_size=4)


@given(fields, extras)
def test_any_fields_come_back(some, more):
    assert decode(encode(some, more)) == (some, more)


@given(fields, extras)
def test_one_encoding_whatever_the_order(some, more):
    backwards = dict(reversed(some.items())), dict(reversed(more.items()))
    assert encode(*backwards) == encode(some, more)


def test_absent_and_empty_differ():
    assert encode({1: None, 2: None}) == b""
    assert decode(encode({1: None, 2: "", 3: "0"})) == ({2: "", 3: "0"}, {})


@given(st.binary(max_size=60))
def test_rubbish_is_refused_or_canonical(rubbish):
    try:
        some, more = decode(rubbish)
    except SealBroken:
        return
    assert encode(some, more) == rubbish


@given(fields, extras, st.data())
def test_truncated(some, more, data):
    whole = encode(some, more)
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    with suppress(SealBroken):
        assert encode(*decode(cut)) == cut  # cut between two fields; the envelope refuses this one


ONE, TWO, NAMED = b"\1\0\0\0\1a", b"\2\0\0\0\1a", b"\0\0\0\0\1n\0\0\0\1v"


@pytest.mark.parametrize(
    "data",
    [
        ONE + ONE,
        TWO + ONE,
        NAMED + ONE,
        NAMED + NAMED,
        b"\1\0\0\0\2a",
        b"\1\0\0\0\1\xff",
        b"\1\xff\xff\xff\xff",
        b"\0\0\0\0\0\0\0\0\1v",
        NAMED[:-1],
        NAMED[:7],
    ],
    ids=[
        "number twice",
        "numbers falling",
        "number after extras",
        "name twice",
        "short text",
        "not UTF-8",
        "huge length",
        "empty name",
        "short extra",
        "extra without length",
    ],
)
def test_other_encodings(data):
    with pytest.raises(SealBroken):
        decode(data)


def test_known_bytes():
    assert encode({2: "a", 1: "a"}, {"n": "v"}) == ONE + TWO + NAMED


@pytest.mark.parametrize("number", [0, -1, 256])
def test_undeclarable_number(number):
    with pytest.raises(WrongLength):
        encode({number: "a"})


def test_nameless_extra():
    with pytest.raises(WrongLength):
        encode({}, {"": "a"})


def test_text_without_utf8_form_is_refused_without_repeating_it():
    with pytest.raises(WrongLength) as caught:
        encode({1: "张三\ud800"})
    assert "张三" not in str(caught.value)
    assert caught.value.__suppress_context__

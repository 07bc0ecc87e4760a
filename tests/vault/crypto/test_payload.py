import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.payload import decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]))
fields = st.dictionaries(st.integers(1, 255).map(str), texts, max_size=8)
extras = st.dictionaries(texts.filter(bool), texts, max_size=4)


@given(fields, extras)
def test_any_fields_come_back(some, more):
    assert decode(encode(some, more)) == (some, more or None)


@given(fields, extras)
def test_any_json_reader_reads_it(some, more):
    assert json.loads(encode(some, more)) == some | ({"+": more} if more else {})


@given(fields, extras)
def test_one_encoding_whatever_the_order(some, more):
    backwards = dict(reversed(some.items())), dict(reversed(more.items()))
    assert encode(*backwards) == encode(some, more)


def test_absent_and_empty_differ():
    assert encode({"1": None, "2": None}) == b"{}"
    assert decode(encode({"1": None, "2": "", "3": "0"})) == ({"2": "", "3": "0"}, None)


@given(st.binary(max_size=60))
def test_rubbish_is_refused_or_json(rubbish):
    try:
        decode(rubbish)
    except SealBroken:
        return
    assert isinstance(json.loads(rubbish, strict=False), dict)


@given(fields, extras, st.data())
def test_truncated(some, more, data):
    whole = encode(some, more)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(SealBroken):
        decode(cut)


@pytest.mark.parametrize("data", [b"", b"[]", b'"1"', b"1", b'{"1":"a"}x', b'{"1":"\xff"}'])
def test_other_encodings(data):
    with pytest.raises(SealBroken):
        decode(data)


def test_known_bytes():
    assert encode({"10": "b", "2": "张三"}, {"n": "v"}) == '{"2":"张三","10":"b","+":{"n":"v"}}'.encode()


@pytest.mark.parametrize("number", ["0", "-1", "256", "+", "01"])
def test_undeclarable_number(number):
    with pytest.raises(WrongLength):
        encode({number: "a"})


def test_nameless_extra():
    with pytest.raises(WrongLength):
        encode({}, {"": "a"})


def test_text_without_utf8_form_is_refused_without_repeating_it():
    with pytest.raises(WrongLength) as caught:
        encode({"1": "张三\ud800"})
    assert "张三" not in str(caught.value)
    assert caught.value.__suppress_context__

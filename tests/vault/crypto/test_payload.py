import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.payload import decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.lists(st.none() | texts, max_size=8)
extras = st.dictionaries(texts.filter(bool), texts, max_size=4)


def trimmed(some):
    while some and some[-1] is None:
        some = some[:-1]
    return some


@given(values, extras)
def test_any_fields_come_back(some, more):
    assert decode(encode(some, more)) == (trimmed(some), more or None)


@given(values, extras)
def test_any_json_reader_reads_it(some, more):
    assert json.loads(encode(some, more)) == trimmed(some) + ([more] if more else [])


@given(values, extras)
def test_one_encoding_whatever_the_order(some, more):
    assert encode(some, dict(reversed(more.items()))) == encode([*some, None], more)


def test_absent_and_empty_differ():
    assert encode([None, None]) == b"[]"
    assert decode(encode([None, "", "0"])) == ([None, "", "0"], None)


@given(st.binary(max_size=60))
def test_rubbish_is_refused_or_json(rubbish):
    try:
        decode(rubbish)
    except SealBroken:
        return
    assert isinstance(json.loads(rubbish, strict=False), list)


@given(values, extras, st.data())
def test_truncated(some, more, data):
    whole = encode(some, more)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(SealBroken):
        decode(cut)


@pytest.mark.parametrize("data", [b"", b"{}", b'"1"', b"1", b'["a"]x', b'["\xff"]'])
def test_other_encodings(data):
    with pytest.raises(SealBroken):
        decode(data)


def test_known_bytes():
    assert encode([None, "张三"], {"n": "v"}) == '[null,"张三",{"n":"v"}]'.encode()


def test_too_many_fields():
    with pytest.raises(WrongLength):
        encode(["a"] * 256)


def test_nameless_extra():
    with pytest.raises(WrongLength):
        encode([], {"": "a"})


def test_text_without_utf8_form_is_refused_without_repeating_it():
    with pytest.raises(WrongLength) as caught:
        encode(["张三\ud800"])
    assert "张三" not in str(caught.value)
    assert caught.value.__suppress_context__

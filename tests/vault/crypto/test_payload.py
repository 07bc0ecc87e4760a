import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.payload import decode, decode_many, encode

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


DEEP = b"[" * 100_000  # deeper than a reader goes


@pytest.mark.parametrize("data", [b"", b"{}", b'"1"', b"1", b'["a"]x', b'["\xff"]', DEEP])
def test_other_encodings(data):
    with pytest.raises(SealBroken):
        decode(data)


@pytest.mark.parametrize("odd", [b'["a"],["b"]', b'["a"', b'"]', b"", b"1", b"[]]", b"[[]", b"],["])
def test_one_that_is_no_array_opens_none_of_its_neighbours(odd):
    with pytest.raises(SealBroken):
        decode_many([encode(["1"]), odd, encode(["2"])])


@pytest.mark.parametrize(
    "crafted",
    [
        # Halves around a neighbour: it would say what they say, and stand among the extras of the last.
        [b'["x"],["forged"],["y",{"k":[0', encode(["true"]), b"0]}]"],
        [b'["a"],["b"', b'"c"]'],
        [b'["a"],1', b'["c"]'],
        [b'["a"],1,["b"]', encode(["c"]), b"1"],
        # A line end between halves: there would be a line too many.
        [b'["x"]\n["forged"]', encode(["true"])],
        [b'["x"]\n["y"', encode(["true"]), b'"z"]'],
        [b"", b'["x"]\n["forged"]'],
    ],
)
def test_halves_made_for_one_another_open_nothing(crafted):
    with pytest.raises(SealBroken):
        decode_many(crafted)


@given(st.lists(st.tuples(values, extras), max_size=5))
def test_many_are_as_each_alone(groups):
    encoded = [encode(some, more) for some, more in groups]
    assert decode_many(encoded) == [decode(one) for one in encoded]


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

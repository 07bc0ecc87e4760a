"""Each property is named after the attack that it refuses."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vault.crypto.envelope import (
    BUCKET,
    MAX_PLAINTEXT,
    SEAL_LIMIT,
    OpenKey,
    group_tag,
    key_id_of,
    open_many,
    open_sealed,
    seal,
    seal_many,
)
from vault.crypto.errors import SealBroken, WornOut, WrongLength

KEY = OpenKey(7, bytes(range(32)))
GROUP = group_tag("client.contact")
ROW = UUID(int=11).bytes
BOOK = UUID(int=12).bytes
PLACE = {"group": GROUP, "row": ROW, "compartment": BOOK, "counter": 3}

plaintexts = st.binary(max_size=200)
uuids = st.uuids().map(lambda u: u.bytes)
counters = st.integers(0, SEAL_LIMIT - 1)
places = st.fixed_dictionaries(
    {"group": st.text().map(group_tag), "row": uuids, "compartment": uuids, "counter": counters}
)


def refused(key: OpenKey, sealed: bytes, **place: object) -> None:
    with pytest.raises(SealBroken):
        open_sealed(key, sealed, **(PLACE | place))


@given(st.text(), places)
def test_any_text_comes_back(text, place):
    sealed = seal(KEY, text.encode(), **place)
    assert open_sealed(KEY, sealed, **place).decode() == text
    assert open_sealed(KEY, memoryview(sealed), **place).decode() == text
    assert key_id_of(sealed) == KEY.key_id


@given(st.binary(max_size=100), st.binary(max_size=3))
def test_plaintext_that_looks_like_padding_comes_back(start, end):
    for tail in (b"\x80", b"\x80\0", b"\0" * 16, b"\x80" + bytes(15)):
        text = start + tail + end
        assert open_sealed(KEY, seal(KEY, text, **PLACE), **PLACE) == text


@given(st.lists(st.tuples(plaintexts, places), max_size=8))
def test_many_is_one_by_one(rows):
    flat = [(text, p["group"], p["row"], p["compartment"], p["counter"]) for text, p in rows]
    sealed = seal_many([(KEY, *row) for row in flat])
    assert open_many((KEY, s, *row[1:]) for s, row in zip(sealed, flat, strict=True)) == [r[0] for r in flat]
    assert [open_sealed(KEY, s, **p) for s, (_, p) in zip(sealed, rows, strict=True)] == [t for t, _ in rows]


def test_one_broken_row_of_many_gives_out_nothing():
    good = seal(KEY, b"a", **PLACE)
    bad = good[:-1] + bytes([good[-1] ^ 1])
    with pytest.raises(SealBroken):
        open_many([(KEY, good, GROUP, ROW, BOOK, 3), (KEY, bad, GROUP, ROW, BOOK, 3)])


@given(plaintexts, uuids, uuids)
def test_swapped_rows(text, one, other):
    assume(one != other)
    sealed = seal(KEY, text, **(PLACE | {"row": one}))
    refused(KEY, sealed, row=other)


@given(plaintexts, uuids)
def test_wrong_compartment(text, other):
    assume(other != BOOK)
    refused(KEY, seal(KEY, text, **PLACE), compartment=other)


@given(plaintexts, st.text())
def test_wrong_group(text, label):
    assume(label != "client.contact")
    refused(KEY, seal(KEY, text, **PLACE), group=group_tag(label))


def test_row_and_compartment_exchanged():
    refused(KEY, seal(KEY, b"a", **PLACE), row=BOOK, compartment=ROW)


@given(plaintexts, counters, counters)
def test_replayed_counter(text, old, new):
    assume(old != new)
    refused(KEY, seal(KEY, text, **(PLACE | {"counter": old})), counter=new)


@given(plaintexts, st.one_of(st.integers(max_value=-1), st.integers(min_value=SEAL_LIMIT)))
def test_counter_out_of_bounds(text, counter):
    refused(KEY, seal(KEY, text, **PLACE), counter=counter)


@given(plaintexts, st.binary(min_size=32, max_size=32))
def test_wrong_key(text, secret):
    assume(secret != KEY.secret)
    refused(OpenKey(KEY.key_id, secret), seal(KEY, text, **PLACE))


@given(plaintexts, st.integers(1, 2**63 - 1))
def test_other_key_id_in_the_header(text, other_id):
    assume(other_id != KEY.key_id)
    sealed = seal(KEY, text, **PLACE)
    relabelled = sealed[:2] + other_id.to_bytes(8, "big") + sealed[10:]
    refused(KEY, relabelled)
    # The same secret under the other id, so that only the associated data is left to refuse it.
    refused(OpenKey(other_id, KEY.secret), relabelled)


@given(plaintexts, st.integers(0, 255), st.integers(0, 255))
def test_other_version_or_suite_byte(text, version, suite):
    assume((version, suite) != (1, 1))
    sealed = bytes([version, suite]) + seal(KEY, text, **PLACE)[2:]
    refused(KEY, sealed)
    with pytest.raises(SealBroken):
        key_id_of(sealed)


@given(plaintexts, st.data())
def test_flipped_bit_anywhere(text, data):
    sealed = bytearray(seal(KEY, text, **PLACE))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    refused(KEY, bytes(sealed))


@given(plaintexts, st.data())
def test_truncated(text, data):
    sealed = seal(KEY, text, **PLACE)
    cut = data.draw(st.integers(0, len(sealed) - 1))
    refused(KEY, sealed[:cut])
    refused(KEY, sealed[len(sealed) - cut :])


@given(plaintexts, st.binary(min_size=1, max_size=40))
def test_extended(text, tail):
    refused(KEY, seal(KEY, text, **PLACE) + tail)


@given(st.binary(max_size=200))
def test_rubbish(rubbish):
    refused(KEY, rubbish)
    refused(KEY, KEY.header + rubbish)
    with pytest.raises(SealBroken):
        key_id_of(rubbish)


@pytest.mark.parametrize("key_id", [0, 2**63, 2**64 - 1])
def test_header_with_an_impossible_key_id(key_id):
    sealed = seal(KEY, b"a", **PLACE)
    with pytest.raises(SealBroken):
        key_id_of(sealed[:2] + key_id.to_bytes(8, "big") + sealed[10:])


@pytest.mark.parametrize(
    "padded", [b"a" * 16, bytes(16), b"\x80" + bytes(16), b"a\x80" + bytes(30), b"a\x80"]
)
def test_bad_padding_under_a_good_tag(padded):
    """Only a holder of the key can make these; strictness leaves one form for each plaintext."""
    nonce = bytes(12)
    aad = b"SRfield1" + KEY.header + GROUP + ROW + BOOK + (3).to_bytes(8, "big")
    refused(KEY, KEY.header + nonce + KEY.aead.encrypt(nonce, padded, aad))


@given(st.integers(0, 300))
def test_padding_hides_length_within_a_bucket(size):
    sealed = seal(KEY, b"a" * size, **PLACE)
    assert len(sealed) == 38 + (size // BUCKET + 1) * BUCKET


def test_the_same_text_twice_differs():
    assert len({seal(KEY, b"a", **PLACE) for _ in range(100)}) == 100
    assert len(set(seal_many([(KEY, b"a", GROUP, ROW, BOOK, 3)] * 100))) == 100


@pytest.mark.parametrize(
    "place", [{"group": b"x" * 7}, {"group": b"x" * 9}, {"row": b"x" * 15}, {"compartment": b"x" * 17}]
)
def test_places_of_another_width_are_a_bug(place):
    with pytest.raises(WrongLength):
        seal(KEY, b"a", **(PLACE | place))
    with pytest.raises(WrongLength):
        open_sealed(KEY, seal(KEY, b"a", **PLACE), **(PLACE | place))


def test_bounds_of_plaintext_and_counter():
    with pytest.raises(WrongLength):
        seal(KEY, bytes(MAX_PLAINTEXT + 1), **PLACE)
    whole = bytes(MAX_PLAINTEXT)
    assert open_sealed(KEY, seal(KEY, whole, **PLACE), **PLACE) == whole
    for counter in (-1, SEAL_LIMIT):
        with pytest.raises(WornOut):
            seal(KEY, b"a", **(PLACE | {"counter": counter}))


@pytest.mark.parametrize(
    "make",
    [
        lambda: OpenKey(0, bytes(32)),
        lambda: OpenKey(2**63, bytes(32)),
        lambda: OpenKey(1, bytes(31)),
        lambda: OpenKey(1, bytes(32), suite=99),
    ],
)
def test_impossible_keys(make):
    with pytest.raises(WrongLength):
        make()


def test_a_key_is_never_shown_pickled_or_copied():
    assert repr(KEY) == "<OpenKey 7>"
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(KEY)


def test_one_key_serves_many_threads():
    def work(worker: int) -> bool:
        text = bytes([worker]) * 50
        return all(open_sealed(KEY, seal(KEY, text, **PLACE), **PLACE) == text for _ in range(300))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(16)))

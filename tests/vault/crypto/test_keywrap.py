"""Each property is named after the attack that it refuses."""

import pickle
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.keywrap import (
    PACKED,
    WRAPPED_LENGTH,
    KeyKind,
    WrappingKey,
    new_key_id,
    new_key_ids,
    parent_id_of,
    unwrap_key,
    unwrap_many,
    unwrap_packed,
    wrap_key,
    wrap_many,
)

PARENT = WrappingKey(5, bytes(range(32)))
USE = {"key_id": 9, "kind": KeyKind.SUBJECT, "owner": UUID(int=1).bytes, "compartment": UUID(int=2).bytes}

secrets = st.binary(min_size=32, max_size=32)
uuids = st.uuids().map(lambda u: u.bytes)
key_ids = st.integers(1, 2**63 - 1)
uses = st.fixed_dictionaries(
    {"key_id": key_ids, "kind": st.sampled_from(KeyKind), "owner": uuids, "compartment": uuids}
)


def refused(parent: WrappingKey, wrapped: bytes, **use: object) -> None:
    with pytest.raises(SealBroken):
        unwrap_key(parent, wrapped, **(USE | use))


@given(secrets, uses)
def test_any_key_comes_back(secret, use):
    wrapped = wrap_key(PARENT, secret=secret, **use)
    assert len(wrapped) == WRAPPED_LENGTH
    assert parent_id_of(wrapped) == parent_id_of(memoryview(wrapped)) == PARENT.key_id
    assert unwrap_key(PARENT, wrapped, **use) == unwrap_key(PARENT, memoryview(wrapped), **use) == secret


@given(st.lists(st.tuples(secrets, uses), max_size=6))
def test_many_is_one_by_one(rows):
    places = [(use["key_id"], use["kind"], use["owner"], use["compartment"]) for _, use in rows]
    secret_keys = [secret for secret, _ in rows]
    wrapped = wrap_many([(PARENT, s, *place) for s, place in zip(secret_keys, places, strict=True)])
    assert unwrap_many((PARENT, w, *place) for w, place in zip(wrapped, places, strict=True)) == secret_keys
    assert [unwrap_key(PARENT, w, **use) for w, (_, use) in zip(wrapped, rows, strict=True)] == secret_keys


def packed(wrapped: bytes, use: dict, suite: int = 1) -> bytes:
    return PACKED.pack(
        use["key_id"], use["kind"], suite, use["owner"], wrapped[:10], wrapped[10:22], wrapped[22:]
    )


@given(st.lists(st.tuples(secrets, uses), max_size=6), uuids)
def test_packed_is_one_by_one(rows, compartment):
    rows = [(secret, use | {"compartment": compartment}) for secret, use in rows]
    keys = b"".join(packed(wrap_key(PARENT, secret=secret, **use), use) for secret, use in rows)
    assert unwrap_packed(PARENT, keys, compartment) == [
        (use["key_id"], use["kind"], 1, use["owner"], secret) for secret, use in rows
    ]


@given(secrets, uses, st.integers(0, PACKED.size - 1), st.integers(1, 255))
def test_packed_with_any_byte_changed(secret, use, at, change):
    assume(not 10 <= at < 12)  # the suite: it stands beside the wrap, and every sealed header names it
    data = bytearray(packed(wrap_key(PARENT, secret=secret, **use), use))
    data[at] ^= change
    with pytest.raises(SealBroken):
        unwrap_packed(PARENT, bytes(data), use["compartment"])


@pytest.mark.parametrize("cut", [1, 69, PACKED.size - 1])
def test_packed_that_is_cut_off(cut):
    data = packed(wrap_key(PARENT, secret=bytes(32), **USE), USE)
    with pytest.raises(SealBroken):
        unwrap_packed(PARENT, data + data[:cut], USE["compartment"])


@given(secrets, uses)
def test_passed_off_for_another_use(secret, use):
    assume(use != USE)
    refused(PARENT, wrap_key(PARENT, secret=secret, **USE), **use)


@pytest.mark.parametrize(
    "other",
    [
        {"key_id": 10},
        {"kind": KeyKind.FILE},
        {"owner": UUID(int=3).bytes},
        {"compartment": UUID(int=3).bytes},
        {"owner": USE["compartment"], "compartment": USE["owner"]},
    ],
)
def test_each_part_of_the_use_is_bound(other):
    refused(PARENT, wrap_key(PARENT, secret=bytes(32), **USE), **other)


@given(secrets, secrets)
def test_wrong_parent(secret, parent_secret):
    assume(parent_secret != PARENT.secret)
    refused(WrappingKey(PARENT.key_id, parent_secret), wrap_key(PARENT, secret=secret, **USE))


@given(secrets, key_ids)
def test_other_parent_id_in_the_header(secret, other_id):
    assume(other_id != PARENT.key_id)
    wrapped = wrap_key(PARENT, secret=secret, **USE)
    relabelled = wrapped[:2] + other_id.to_bytes(8, "big") + wrapped[10:]
    refused(PARENT, relabelled)
    refused(WrappingKey(other_id, PARENT.secret), relabelled)


@given(secrets, st.integers(0, WRAPPED_LENGTH * 8 - 1))
def test_flipped_bit_anywhere(secret, bit):
    wrapped = bytearray(wrap_key(PARENT, secret=secret, **USE))
    wrapped[bit // 8] ^= 1 << bit % 8
    refused(PARENT, bytes(wrapped))


@given(secrets, st.integers(0, WRAPPED_LENGTH - 1), st.binary(min_size=1, max_size=20))
def test_truncated_or_extended(secret, cut, tail):
    wrapped = wrap_key(PARENT, secret=secret, **USE)
    for bad in (wrapped[:cut], wrapped + tail):
        refused(PARENT, bad)
        with pytest.raises(SealBroken):
            parent_id_of(bad)


@pytest.mark.parametrize(
    "header", [b"\2\2" + bytes(7) + b"\5", b"\1\1" + bytes(7) + b"\5", b"\1\2" + bytes(8)]
)
def test_odd_headers(header):
    with pytest.raises(SealBroken):
        parent_id_of(header + bytes(60))


@pytest.mark.parametrize(
    "wrong",
    [{"secret": bytes(31)}, {"key_id": 0}, {"key_id": 2**63}, {"owner": b""}, {"compartment": bytes(17)}],
)
def test_wrong_widths_are_a_bug(wrong):
    with pytest.raises(WrongLength):
        wrap_key(PARENT, **({"secret": bytes(32)} | USE | wrong))


def test_the_same_key_twice_differs():
    assert len({wrap_key(PARENT, secret=bytes(32), **USE) for _ in range(100)}) == 100
    assert (
        len(set(wrap_many([(PARENT, bytes(32), 9, KeyKind.SUBJECT, USE["owner"], USE["compartment"])] * 100)))
        == 100
    )


def test_new_ids_are_positive_and_differ():
    ids = new_key_ids(10_000)
    assert len(set(ids)) == 10_000
    assert all(0 < key_id < 2**53 for key_id in [*ids, new_key_id()])
    assert max(ids) > 2**50


def test_a_parent_is_never_shown_or_pickled():
    assert repr(PARENT) == "<WrappingKey 5>"
    with pytest.raises(TypeError):
        pickle.dumps(PARENT)

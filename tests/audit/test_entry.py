"""The canonical leaf."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action, ObjectType, Result
from audit.entry import (
    MAX_KEYS,
    MAX_LEAF,
    MAX_SUBJECTS,
    Entry,
    SealedDetail,
    Stamped,
    canonical,
    leaf,
    split,
    timestamp,
)
from audit.ids import uuid7
from audit.origin import Origin
from tests.audit.conftest import entry

codes = st.from_regex(r"[a-z0-9._-]{0,64}", fullmatch=True)
ids = st.uuids()
entries = st.builds(
    Entry,
    action=st.sampled_from(Action),
    object_type=st.sampled_from(ObjectType),
    object_id=st.none() | ids,
    subjects=st.lists(ids, max_size=5).map(tuple),
    deal=st.none() | ids,
    purpose=codes,
    reason=codes,
    result=st.sampled_from(Result),
    fields=st.lists(codes, max_size=5).map(tuple),
    keys=st.lists(st.integers(1, 2**53 - 1), max_size=5).map(tuple),
    detail=st.none()
    | st.builds(SealedDetail, sealed=st.binary(min_size=1, max_size=80), key=st.integers(1, 99)),
)
origins = st.builds(
    Origin,
    actor=st.none() | ids,
    on_behalf_of=st.none() | ids,
    session=st.none() | ids,
    request=st.none() | ids,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def leaf_of(stamped: Stamped) -> bytes:
    detail = stamped.entry.detail.sealed if stamped.entry.detail else None
    return leaf(stamped.columns(), detail=detail, time=timestamp(stamped.time))


@given(values)
def test_canonical_bytes_say_the_same_and_are_their_own_canonical_form(value: Any) -> None:
    data = canonical(value)
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_insertion_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_outside_json_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(number)


@given(entries, origins)
def test_a_leaf_holds_all_of_the_entry_and_nothing_twice(stated: Entry, origin: Origin) -> None:
    stamped = Stamped(stated, origin)
    data = leaf_of(stamped)
    pairs: list[tuple[str, Any]] = json.loads(data, object_pairs_hook=list)
    said = dict(pairs)
    assert [name for name, _ in pairs] == sorted(said)
    assert (said["action"], said["result"], said["purpose"]) == (stated.action, stated.result, stated.purpose)
    assert tuple(map(UUID, said["subjects"])) == stated.subjects
    assert (said["id"], said["v"]) == (str(stamped.id), 1)
    assert said["detail"] == (sha256(stated.detail.sealed).hexdigest() if stated.detail else None)
    assert data.isascii()


@given(entries, entries, origins)
def test_different_entries_have_different_leaves(one: Entry, other: Entry, origin: Origin) -> None:
    first, second = Stamped(one, origin), Stamped(other, origin, id=uuid7(), time=datetime.now(UTC))
    assert leaf_of(first) != leaf_of(second)


def test_times_are_utc_of_fixed_width() -> None:
    east = timezone(timedelta(hours=8))
    assert timestamp(datetime(2026, 11, 21, 8, 0, tzinfo=east)) == "2026-11-21T00:00:00.000000Z"


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "张三"},
        {"purpose": "a b"},
        {"fields": ("Name",)},
        {"fields": ('"',)},
        {"purpose": "x" * 65},
        {"reason": "ok\n"},
        {"keys": (0,)},
        {"keys": (2**53,)},
        {"keys": tuple(range(1, MAX_KEYS + 2))},
        {"subjects": (uuid7(),) * (MAX_SUBJECTS + 1)},
        {"fields": ("a",) * 201},
        {"detail": SealedDetail(sealed=bytes(65_536), key=1)},
    ],
)
def test_what_is_not_a_code_or_over_its_bound_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"codes|at most|key ids"):
        entry(**change)


def test_a_leaf_over_the_bound_is_refused() -> None:
    big = entry(subjects=(uuid7(),) * MAX_SUBJECTS, keys=tuple(range(2**52, 2**52 + MAX_KEYS)))
    with pytest.raises(ValueError, match="split"):
        leaf_of(Stamped(big, Origin()))


@given(st.lists(st.tuples(ids, st.lists(st.integers(1, 2**53 - 1), max_size=40).map(tuple)), max_size=120))
def test_split_keeps_all_parts_in_order(parts: list[tuple[UUID, tuple[int, ...]]]) -> None:
    made = list(split(entry(), parts))
    assert [subject for one in made for subject in one.subjects] == [subject for subject, _ in parts]
    own = entry().keys
    assert all(one.keys[: len(own)] == own for one in made)
    assert [key for one in made for key in one.keys[len(own) :]] == [key for _, keys in parts for key in keys]


def test_split_parts_fit_their_bounds() -> None:
    parts = [(uuid7(), (2**52 + number,)) for number in range(5000)]
    made = list(split(entry(), parts))
    assert len(made) <= 6
    assert all(len(leaf_of(Stamped(one, Origin()))) <= MAX_LEAF for one in made)

"""What reaches back before a moment, reckoned from versions and copies alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.custody.copies.reach import Known
from vault.custody.models import BackupContent, KeyringBackup
from vault.keys.inventory import RootVersion

T0 = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
KEYRING, ROOT, BOTH = BackupContent.KEYRING, BackupContent.ROOT, BackupContent.BOTH


def version(number: int, made: datetime, ended: datetime | None) -> RootVersion:
    return RootVersion(number, "file", made, ended, ended, 0)


def copy(holds: BackupContent, taken: datetime, destroyed: datetime | None = None) -> KeyringBackup:
    return KeyringBackup(holds=holds, taken_at=taken, destroyed_at=destroyed)


def test_an_officer_tells_the_minute_and_what_came_or_went_within_it_counts_as_there() -> None:
    first = version(1, T0 - HOUR, T0 + 20 * SECOND)
    second = version(2, T0 + 30 * SECOND, T0 + HOUR)
    third = version(3, T0 + HOUR, None)
    held = copy(ROOT, T0)
    known = Known([third, second, first], [], [held, copy(KEYRING, T0)])
    assert known.before(T0 + 10 * SECOND).root_copies == [held]
    held.destroyed_at = T0 + 2 * HOUR
    reach = known.before(T0 + HOUR - SECOND)
    assert reach.over_at == reach.backups_over_at == T0 + 2 * HOUR


@pytest.mark.parametrize("holds", [ROOT, BOTH])
def test_a_copy_of_a_newer_root_key_reaches_nothing_of_before(holds: BackupContent) -> None:
    roots = [version(2, T0 + HOUR, None), version(1, T0, T0 + HOUR)]
    reach = Known(roots, [], [copy(holds, T0 + 2 * HOUR)]).before(T0 + HOUR - SECOND)
    assert (reach.root_copies, reach.over_at) == ([], T0 + HOUR)


@given(
    st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=5),
    st.lists(
        st.tuples(
            st.sampled_from(BackupContent),
            st.integers(min_value=0, max_value=200),
            st.none() | st.integers(min_value=0, max_value=400),
        ),
        max_size=6,
    ),
    st.integers(min_value=1, max_value=250),
)
def test_nothing_is_over_while_a_keyring_and_a_root_key_of_it_are_there(
    epochs: list[int], copies: list[tuple[BackupContent, int, int | None]], hours: int
) -> None:
    """Against the plain question: is there a pair that opens something of before?"""
    roots, at = [], 0
    for number, length in enumerate(epochs, 1):
        end = None if number == len(epochs) else T0 + (at + length) * HOUR
        roots.append(version(number, T0 + at * HOUR, end))
        at += length
    declared = [
        copy(holds, T0 + taken * HOUR, None if gone is None else T0 + (taken + gone) * HOUR)
        for holds, taken, gone in copies
    ]
    moment = T0 + hours * HOUR
    reach = Known(roots, [], declared).before(moment)
    live = [one for one in declared if one.destroyed_at is None]

    def had(root: RootVersion) -> bool:
        holders = [one for one in live if one.holds_root and _there(root, one.taken_at)]
        return root.ended_at is None or bool(holders)

    before = [root for root in roots if root.created_at < moment]
    assert (reach.over_at is None) == any(map(had, before))
    opening = [
        one
        for one in live
        if one.holds_keyring
        and one.taken_at < moment
        and any(had(root) for root in before if _there(root, one.taken_at))
    ]
    assert reach.backups == opening


def _there(root: RootVersion, at: datetime) -> bool:
    return root.created_at <= at and (root.ended_at is None or root.ended_at > at)

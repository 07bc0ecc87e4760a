"""Which copies could still bring back a key that was destroyed.

A destroyed key is gone from the keyring. To open what it sealed takes two things together: a copy of the
keyring from before (a backup, a trace on a disk) and the root key that this copy is wrapped under. Either the
provider still has that root version, or enough recovery shares hold it. So a destruction is past undoing once
no root version of before is to be had anywhere, or no copy of the keyring from before is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vault.custody.models import KeyringBackup, RecoveryCopy
from vault.keys import inventory
from vault.keys.inventory import RootVersion


@dataclass(frozen=True, slots=True)
class Reach:
    """What reaches back before a moment, as far as the house knows.

    The three `…over_at` say when the last of its kind came to nothing: None while one reaches back, and for
    shares and backups where there never was one.
    """

    provider: list[int]  # root versions that the provider still has
    shares: list[RecoveryCopy]  # recovery copies that hold such a version, with enough shares left
    backups: list[KeyringBackup]  # of the keyring, not destroyed, and wrapped under what is still to be had
    shares_over_at: datetime | None
    backups_over_at: datetime | None
    over_at: datetime | None  # when no root version of before was left anywhere


def reach_back(moment: datetime) -> Reach:
    """As of now. Four queries."""
    roots = [root for root in inventory.root_versions() if root.created_at < moment]
    everybody = RecoveryCopy.objects.prefetch_related("shares").order_by("made_at")
    copies = [copy for copy in everybody if held_by(copy, roots)]
    gone_at = {root.id: _gone_at(root, [c for c in copies if root.id in held_by(c, roots)]) for root in roots}
    shares = [copy for copy in copies if not copy.lost_at]
    ends = [
        (backup, _opens_nothing_since(backup, gone_at, roots))
        for backup in KeyringBackup.objects.filter(taken_at__lt=moment).order_by("taken_at")
    ]
    backups = [backup for backup, end in ends if end is None]
    return Reach(
        [root.id for root in roots if root.ended_at is None],
        shares,
        backups,
        None if shares else _last([copy.lost_at for copy in copies]),
        None if backups else _last([end for _, end in ends]),
        None if None in gone_at.values() else _last(list(gone_at.values())),
    )


def _gone_at(root: RootVersion, copies: Sequence[RecoveryCopy]) -> datetime | None:
    """When a root version was gone from the provider and from every recovery copy that holds it."""
    ends = [root.ended_at, *(copy.lost_at for copy in copies)]
    return None if None in ends else _last(ends)


def _opens_nothing_since(
    backup: KeyringBackup, gone_at: Mapping[int, datetime | None], roots: Sequence[RootVersion]
) -> datetime | None:
    """Since it was destroyed, or since the root versions that it is wrapped under are gone."""
    ends = [gone_at[version] for version in wrapping(backup.taken_at, roots)]
    unwrappable = _last(ends) if ends and None not in ends else None
    return min((end for end in (backup.destroyed_at, unwrappable) if end), default=None)


def held_by(copy: RecoveryCopy, roots: Sequence[RootVersion]) -> set[int]:
    """The root versions that were there when the recovery copy was made: an export gives all of them."""
    return {
        root.id
        for root in roots
        if root.id <= copy.root_version and (root.ended_at is None or root.ended_at > copy.made_at)
    }


def wrapping(moment: datetime, roots: Sequence[RootVersion]) -> set[int]:
    """The root versions that keys were wrapped under at a moment."""
    return {
        root.id
        for root in roots
        if root.created_at <= moment and (root.ended_at is None or root.ended_at > moment)
    }


def _last(moments: Sequence[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)

"""Which copies could still bring back a key that was destroyed.

A destroyed key is gone from the keyring. To open what it sealed takes two things together: a copy of the
keyring from before (a backup, a trace on a disk) and the root key that this copy is wrapped under. Either the
provider still has that root version, or enough recovery shares hold it. So a destruction is past undoing once
no root version of before is to be had anywhere, or no copy of the keyring from before is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vault.custody.models import KeyringBackup, RecoveryCopy
from vault.keys import inventory
from vault.keys.inventory import RootVersion


@dataclass(frozen=True, slots=True)
class Reach:
    """What reaches back before a moment, as far as the house knows.

    `over_at` is when the last root version of before was gone everywhere; None while one is to be had.
    """

    provider: list[int]  # root versions that the provider still has
    shares: list[RecoveryCopy]  # recovery copies that hold such a version, with enough shares left
    backups: list[KeyringBackup]  # of the keyring, not destroyed, and wrapped under what is still to be had
    shares_over_at: datetime | None  # when the last such recovery copy lost its quorum; None: there was none
    backups_over_at: datetime | None  # when the last such backup was destroyed; None: there was none
    over_at: datetime | None


def reach_back(moment: datetime) -> Reach:
    """As of now. Four queries."""
    roots = [root for root in inventory.root_versions() if root.created_at < moment]
    older = {root.id: root for root in roots}
    copies = [copy for copy in _copies() if held_by(copy, roots)]
    shares = [copy for copy in copies if not copy.lost_at]
    provider = [root.id for root in roots if root.ended_at is None]
    to_be_had = set(provider).union(*(held_by(copy, roots) for copy in shares))
    backups = list(KeyringBackup.objects.filter(taken_at__lt=moment).order_by("taken_at"))
    ends = [root.ended_at for root in older.values()] + [copy.lost_at for copy in copies]
    return Reach(
        provider,
        shares,
        [one for one in backups if one.destroyed_at is None and to_be_had & wrapping(one.taken_at, roots)],
        _last([copy.lost_at for copy in copies]),
        _last([one.destroyed_at for one in backups]),
        None if to_be_had else _last(ends),
    )


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


def _copies() -> list[RecoveryCopy]:
    return list(RecoveryCopy.objects.prefetch_related("shares").order_by("made_at"))


def _last(moments: Sequence[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)

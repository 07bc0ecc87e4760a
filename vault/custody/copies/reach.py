"""Which copies could still bring back a key that was destroyed.

A destroyed key is gone from the keyring. To open what it sealed takes two things together: a copy of the
keyring from before (a backup, a trace on a disk) and the root key that this copy is wrapped under. Either
the provider still has that root version or could bring it back, or enough recovery shares hold it, or a
declared copy of root keys does: what a rotation destroys in the provider it destroys in none of these. So a
destruction is past undoing once no root version of before is to be had anywhere, or no copy of the keyring
from before is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from vault.custody.models import KeyringBackup, RecoveryCopy
from vault.keys import inventory
from vault.keys.inventory import RootVersion
from vault.keys.providers import keeps

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """What reaches back before a moment, as far as the house knows.

    The four `…over_at` say when the last of its kind came to nothing: None while one reaches back, and for
    shares and declared copies where there never was one. A backup of both the keyring and root keys stands
    under `backups` and under `root_copies`.
    """

    shares: list[RecoveryCopy]  # recovery copies that hold such a version, with enough shares left
    root_copies: list[KeyringBackup]  # declared, not destroyed, taken while such a version was there
    backups: list[KeyringBackup]  # of the keyring, not destroyed, and wrapped under what is still to be had
    shares_over_at: datetime | None
    root_copies_over_at: datetime | None
    backups_over_at: datetime | None
    over_at: datetime | None  # when no root version of before was left anywhere


@dataclass(frozen=True, slots=True)
class Known:
    """Every root version, and every copy that was made or declared."""

    roots: Sequence[RootVersion]
    shares: Sequence[RecoveryCopy]
    declared: Sequence[KeyringBackup]

    @property
    def changed_at(self) -> datetime | None:
        """When the last of them came to nothing; None where none has."""
        ends = [root.ended_at for root in self.roots]
        ends += [copy.lost_at for copy in self.shares]
        ends += [copy.destroyed_at for copy in self.declared]
        return max((end for end in ends if end), default=None)

    def before(self, moment: datetime) -> Reach:
        """What reaches back before a moment; asks the database nothing."""
        roots = [root for root in self.roots if root.created_at < moment]
        shares = [copy for copy in self.shares if held_by(copy, roots)]
        root_copies = [copy for copy in self.declared if copy.holds_root and there_in(copy.taken_at, roots)]
        gone_at = {root.id: _gone_at(root, shares, root_copies) for root in roots}
        backups = [copy for copy in self.declared if copy.holds_keyring and copy.taken_at < moment]
        ends = [(backup, _opens_nothing_since(backup, gone_at, roots)) for backup in backups]
        return Reach(
            shares=[copy for copy in shares if not copy.lost_at],
            root_copies=[copy for copy in root_copies if not copy.destroyed_at],
            backups=[backup for backup, end in ends if end is None],
            shares_over_at=_over([copy.lost_at for copy in shares]),
            root_copies_over_at=_over([copy.destroyed_at for copy in root_copies]),
            backups_over_at=_over([end for _, end in ends]),
            over_at=_over(list(gone_at.values())),
        )


def known() -> Known:
    """As of now. Four queries."""
    return Known(
        [_lasting(root) for root in inventory.root_versions()],
        list(RecoveryCopy.objects.prefetch_related("shares").order_by("made_at")),
        list(KeyringBackup.objects.order_by("taken_at")),
    )


def reach_back(moment: datetime) -> Reach:
    """As of now. Four queries."""
    return known().before(moment)


def _lasting(root: RootVersion) -> RootVersion:
    """A version has not ended as long as its provider could bring it back, and ends when it no longer can."""
    if root.ended_at is None:
        return root
    end = root.ended_at + keeps(root.provider)
    return replace(root, ended_at=end if end <= timezone.now() else None)


def _gone_at(
    root: RootVersion, shares: Sequence[RecoveryCopy], root_copies: Sequence[KeyringBackup]
) -> datetime | None:
    """When a root version was gone from the provider and from every copy that holds it."""
    lost = [copy.lost_at for copy in shares if held_by(copy, [root])]
    destroyed = [copy.destroyed_at for copy in root_copies if there_in(copy.taken_at, [root])]
    return _over([root.ended_at, *lost, *destroyed])


def _opens_nothing_since(
    backup: KeyringBackup, gone_at: Mapping[int, datetime | None], roots: Sequence[RootVersion]
) -> datetime | None:
    """Since it was destroyed, or since the root versions that it is wrapped under are gone."""
    unwrappable = _over([gone_at[version] for version in there_in(backup.taken_at, roots)])
    return min((end for end in (backup.destroyed_at, unwrappable) if end), default=None)


def held_by(copy: RecoveryCopy, roots: Sequence[RootVersion]) -> set[int]:
    """The root versions that were there when the recovery copy was made: an export gives all of them."""
    return {
        root.id
        for root in roots
        if root.id <= copy.root_version and (root.ended_at is None or root.ended_at > copy.made_at)
    }


def there_in(minute: datetime, roots: Sequence[RootVersion]) -> set[int]:
    """The root versions that were there in the minute that an officer told: what a copy of root keys of then
    holds, and what a backup of the keyring of then may be wrapped under."""
    return {
        root.id
        for root in roots
        if root.created_at < minute + _MINUTE and (root.ended_at is None or root.ended_at > minute)
    }


def _over(ends: Sequence[datetime | None]) -> datetime | None:
    """The last end; None where something has not ended, and where there is nothing."""
    known_ends = [end for end in ends if end]
    return max(known_ends) if known_ends and len(known_ends) == len(ends) else None

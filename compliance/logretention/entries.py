"""Entries that left the database with their month: what is known of one, and where its text is.

The leaf stays, and with it the entry's number, its time and its hash; what the entry said is in the bundle
alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from audit.checkpoints import store as checkpoints
from audit.dropped import Dropped, bundle_name, holder, month_of
from audit.merkle.proofs import verify_inclusion
from audit.tree import store as tree
from compliance.logretention import bundles, months
from compliance.logretention.models import LogMonth

_LEFT = """
select l.entry from log.leaf l
where l.entry = any(%s::uuid[]) and not exists (select from log.entry e where e.id = l.entry and e.at = l.at)
  and exists (select from log.dropped d where d.month = date_trunc('month', l.at at time zone 'UTC')::date)
"""


@dataclass(frozen=True, slots=True)
class LeftEntry:
    """An entry that left.

    Attributes:
        bundle: the month in whose bundle its text is; its own as a rule.
        size: of the newest checkpoint; None where the leaf is not proved by it.
        is_there: whether the bundle lies in its place here.
    """

    id: UUID
    leaf: tree.Leaf
    month: Dropped
    bundle: Dropped
    size: int | None
    is_there: bool

    @property
    def file_name(self) -> str:
        return bundle_name(self.bundle.code)

    @property
    def digest(self) -> str:
        return (self.bundle.bundle or b"").hex()


def left_entry(entry_id: UUID) -> LeftEntry | None:
    """What is known of an entry that left; None where none of this id did."""
    leaf = tree.leaf_of(entry_id)
    left = months.left_months() if leaf is not None else []
    bundle = holder(left, leaf.at, leaf.index) if leaf is not None else None
    if leaf is None or bundle is None:
        return None
    [month] = [one for one in left if one.month == month_of(leaf.at)]
    row = LogMonth.objects.filter(pk=bundle.month).first()
    is_there = row is not None and bundles.is_there(row)
    return LeftEntry(entry_id, leaf, month, bundle, _proved_by(leaf), is_there)


def left_among(ids: Collection[UUID]) -> list[UUID]:
    """Those of these entries that left with their month. One query."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [[str(one) for one in ids]])
        gone = {row[0] for row in cursor.fetchall()}
    return [one for one in ids if one in gone]


def _proved_by(leaf: tree.Leaf) -> int | None:
    """The size of the newest checkpoint, if its signed root is proved to hold this leaf."""
    newest = checkpoints.latest()
    if newest is None or leaf.index >= newest.size:
        return None
    size, proof = newest.size, tree.inclusion(leaf.index, newest.size)
    return size if verify_inclusion(leaf.hash, leaf.index, size, proof, newest.body.root) else None

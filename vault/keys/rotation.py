"""One epoch's end: every key is re-wrapped from old compartment keys to new ones, then the old root dies.

Children are re-wrapped, too, and not the compartment keys alone: whoever keeps an old copy of the keyring
and later gets a compartment key out of the running system could else unwrap the keys of subjects destroyed
since.

Each step may be killed and done again. Nothing is ever wrapped under a key that is not committed, a key moves
by one update of its row, and the database refuses to drop a generation or to end a root version while a
key hangs from it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_bytes
from struct import Struct
from uuid import UUID

from django.db import transaction

from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import (
    KeyKind,
    ToUnwrap,
    ToWrap,
    WrappingKey,
    new_key_ids,
    unwrap_key,
    unwrap_many,
    wrap_many,
)
from vault.keys import inventory, rotation_store, store
from vault.keys.providers import provider
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey

BLOCKS = 64  # of the table, re-wrapped in one transaction: about a thousand keys
REST = 0.2  # of the time that a stretch took, for others before the next
_PACKED = Struct(">qh16s70s")  # keyring.to_rewrap
_KINDS = {int(kind): kind for kind in KeyKind}


@dataclass(frozen=True, slots=True)
class Pair:
    """The two generations of one compartment's key."""

    compartment: bytes
    old: WrappingKey
    new: WrappingKey


def begin_epoch(order: UUID) -> int:
    """Bring a new root version into force, or find the one that a killed job made; its number.

    A version that exists in the provider alone, since the job died before the keyring heard of it, is taken.
    """
    root, known = provider(), store.root_in_force() or 0
    newest = max(root.versions(), default=0)
    version = newest if newest > known else root.create_version(above=known)
    rotation_store.begin_epoch(order, version, root.name)
    return version


def renew(order: UUID, version: int, compartments: Sequence[UUID]) -> None:
    """New secrets for these compartments, wrapped under the version in force."""
    fresh = [
        CompartmentKey(key_id, compartment, token_bytes(32))
        for key_id, compartment in zip(new_key_ids(len(compartments)), compartments, strict=True)
    ]
    wrapped = provider().wrap_many(version, fresh)
    rotation_store.renew(
        order,
        version,
        [(key.compartment, key.key_id, one) for key, one in zip(fresh, wrapped, strict=True)],
    )


def open_pairs(orders: Sequence[UUID]) -> dict[int, Pair]:
    """Both generations, open, of every compartment under way; by the id of the old one."""
    found = rotation_store.rotating(orders)
    secrets = provider().unwrap_many(
        [WrappedCompartmentKey(one.id, one.compartment, one.root_version, one.wrapped) for one in found]
    )
    opened = {
        (one.compartment, one.retired): WrappingKey(one.id, secret)
        for one, secret in zip(found, secrets, strict=True)
    }
    return {
        old.key_id: Pair(compartment.bytes, old, opened[compartment, False])
        for (compartment, retired), old in opened.items()
        if retired
    }


def rewrap_all(orders: Sequence[UUID], moved: Callable[[int], None]) -> int:
    """Walk the table once and move what hangs from retired generations; how many keys do not open.

    `moved` is told the count of each stretch inside its transaction. Between two stretches the walk rests, so
    that readers keep their share of the machine.
    """
    pairs, broken = open_pairs(orders), 0
    for first in range(0, rotation_store.blocks() if pairs else 0, BLOCKS):
        began = time.perf_counter()
        with transaction.atomic():
            count, bad = _rewrap_stretch(orders, pairs, first)
            if count:
                moved(count)
        broken += bad
        if count:
            time.sleep((time.perf_counter() - began) * REST)
    return broken


def _rewrap_stretch(orders: Sequence[UUID], pairs: dict[int, Pair], first: int) -> tuple[int, int]:
    """(keys moved, keys that do not open)."""
    to_unwrap: list[ToUnwrap] = []
    for parent, packed in rotation_store.to_rewrap(orders, first, first + BLOCKS):
        pair = pairs[parent]
        to_unwrap += [
            (pair.old, wrapped, key_id, _KINDS[kind], owner, pair.compartment)
            for key_id, kind, owner, wrapped in _PACKED.iter_unpack(packed)
        ]
    if not to_unwrap:
        return 0, 0
    whole, secrets = _unwrapped(to_unwrap)
    new = {pair.old.key_id: pair.new for pair in pairs.values()}
    to_wrap: list[ToWrap] = [
        (new[old.key_id], secret, key_id, kind, owner, compartment)
        for (old, _, key_id, kind, owner, compartment), secret in zip(whole, secrets, strict=True)
    ]
    moved = rotation_store.rewrap(orders, [item[2] for item in to_wrap], b"".join(wrap_many(to_wrap)))
    return moved, len(to_unwrap) - len(whole)


def _unwrapped(items: list[ToUnwrap]) -> tuple[list[ToUnwrap], list[bytes]]:
    """Those that open, with their secrets. A row that somebody changed holds up itself alone."""
    try:
        return items, unwrap_many(items)
    except SealBroken:
        pass
    whole: list[ToUnwrap] = []
    secrets: list[bytes] = []
    for item in items:
        parent, wrapped, key_id, kind, owner, compartment = item
        try:
            secret = unwrap_key(
                parent, wrapped, key_id=key_id, kind=kind, owner=owner, compartment=compartment
            )
        except SealBroken:
            continue
        whole.append(item)
        secrets.append(secret)
    return whole, secrets


def unfinished(version: int) -> list[UUID]:
    """Compartments that still hang from another version than the one in force: a thousand at most."""
    for root in inventory.root_versions():
        if root.id != version and root.ended_at is None:
            for found in inventory.hanging_from(root.id):
                return found
    return []


def end_old_versions(order: UUID, version: int) -> list[int]:
    """Destroy every version but the one in force, in the provider and for the record; those ended now.

    First the keyring refuses while a key hangs from it, then the provider destroys, then both are committed:
    a job killed between leaves a version that is gone and not yet recorded so, and the next one records it.
    The oldest goes first: Transit can end versions in no other order.
    """
    ended = []
    for root in reversed(inventory.root_versions()):
        if root.id == version or root.ended_at is not None:
            continue
        with transaction.atomic():
            rotation_store.end_root_version(order, root.id)
            provider().destroy_version(root.id)
        ended.append(root.id)
    return ended

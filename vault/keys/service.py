"""Making keys and opening keys.

Opening always needs the id of a log entry that is already committed and names the keys. A key that
is still cached costs no query to the keyring, but it costs an entry all the same: the callers in
`vault.access` commit one before they ask.
"""

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

from django.conf import settings

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from vault.crypto.blind import IndexKey
from vault.crypto.chunks import FileKey
from vault.crypto.envelope import OpenKey
from vault.crypto.errors import CryptoError, SealBroken
from vault.crypto.keywrap import (
    PACKED,
    KeyKind,
    WrappingKey,
    new_key_id,
    new_key_ids,
    unwrap_packed,
    wrap_many,
)
from vault.crypto.suites import AES_256_GCM, PROFILES
from vault.keys import store
from vault.keys.cache import KeyCache, Opened
from vault.keys.errors import CompartmentFrozen, KeyWithheld, ProviderDown
from vault.keys.freezing import is_frozen
from vault.keys.providers import provider
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey

SECRET_LENGTH = 32
SEALS_AT_BIRTH = 1024  # that the maker of a key may make uncounted: the column's default counts them
_TRIES = 5  # rotations that may begin one after another while keys are being added
KINDS = {int(kind): kind for kind in KeyKind}


@dataclass(frozen=True, slots=True)
class KeyDrafts:
    """New keys of one kind under one compartment key, ready for use and not yet in the keyring."""

    kind: KeyKind
    parent: Opened
    suite: int
    rows: list[tuple[int, UUID, bytes]] = field(repr=False)  # id, owner, wrapped
    opened: dict[int, Opened]
    entered: store.NewKeys = field(repr=False)  # `rows` as the keyring's door takes them

    def ids(self) -> dict[UUID, int]:
        """Owner → key id."""
        return {owner: key_id for key_id, owner, _ in self.rows}

    def only(self, chosen: Sequence[int]) -> "KeyDrafts":
        """Those at these positions; the others are never entered."""
        if len(chosen) == len(self.rows):
            return self
        rows = [self.rows[at] for at in chosen]
        opened = {row[0]: self.opened[row[0]] for row in rows}
        return replace(self, rows=rows, opened=opened, entered=store.new_keys(rows))


@cache
def key_cache() -> KeyCache:
    """This process's cache."""
    return KeyCache(size=settings.KEY_CACHE_SIZE, seconds=settings.KEY_CACHE_SECONDS)


# A forked child would spend the seals that its parent's keys were granted a second time.
os.register_at_fork(after_in_child=key_cache.cache_clear)


def suite_of(kind: KeyKind) -> int:
    """The suite of new keys of this kind under the profile in force.

    Files and wrapped keys have layouts of their own (docs/crypto.md), which the profile leaves alone.
    """
    if kind in {KeyKind.SUBJECT, KeyKind.INDEX}:
        return PROFILES[settings.CRYPTO_PROFILE].suite
    return AES_256_GCM


def new_compartment(compartment: UUID) -> int:
    """Make and enter the key of a new compartment; its id. Raises ProviderDown."""
    return open_new_compartment(compartment).key.key_id


def open_new_compartment(compartment: UUID) -> Opened:
    """As `new_compartment`, but gives the key itself, for making the keys that hang from it."""
    key = CompartmentKey(new_key_id(), compartment, secrets.token_bytes(SECRET_LENGTH))
    for _ in range(_TRIES):
        version = _root_in_force()
        [wrapped] = provider().wrap_many(version, [key])
        if store.add(
            kind=KeyKind.COMPARTMENT,
            compartment=compartment,
            parent=None,
            root_version=version,
            suite=AES_256_GCM,
            keys=store.new_keys([(key.key_id, compartment, wrapped)]),
        ):
            break
    else:
        raise ProviderDown("the root version changed again and again")
    wrapping = WrappingKey(key.key_id, key.secret)
    opened = Opened(KeyKind.COMPARTMENT, compartment, wrapping, handle=key.key_id)
    key_cache().put_many({key.key_id: opened})
    return opened


def _root_in_force() -> int:
    """As the keyring has it; the house's first one is made here."""
    version = store.root_in_force()
    if version is None:
        root = provider()
        first = max(root.versions(), default=0) or root.create_version()
        store.note_root_version(first, root.name)
        version = store.root_in_force() or first
    return version


def new_keys(kind: KeyKind, owners: Sequence[UUID], *, parent: Opened) -> dict[UUID, int]:
    """Make and enter one key for each owner under an open compartment key; owner → key id."""
    drafts = draft_keys(kind, owners, parent=parent)
    enter_keys(drafts)
    return drafts.ids()


def draft_keys(
    kind: KeyKind, owners: Sequence[UUID], *, parent: Opened, suite: int | None = None
) -> KeyDrafts:
    """Make one key for each owner under an open compartment key, for use before the keyring knows them.

    An upload is sealed under a draft as it streams in; the key is entered in the transaction that makes the
    upload known, so that one that is broken off leaves no key behind. `suite` is the profile's unless given.
    """
    chosen = suite_of(kind) if suite is None else suite
    wrapping = parent.key
    if not isinstance(wrapping, WrappingKey):
        raise TypeError("keys hang from a compartment key")
    ids = new_key_ids(len(owners))
    drawn = secrets.token_bytes(SECRET_LENGTH * len(owners))
    made = [drawn[at : at + SECRET_LENGTH] for at in range(0, len(drawn), SECRET_LENGTH)]
    compartment = parent.compartment.bytes
    wrapped = wrap_many(
        [
            (wrapping, secret, key_id, kind, owner.bytes, compartment)
            for secret, key_id, owner in zip(made, ids, owners, strict=True)
        ]
    )
    rows = list(zip(ids, owners, wrapped, strict=True))
    opened = {
        key_id: Opened(kind, parent.compartment, _made(kind, key_id, owner, secret, chosen))
        for secret, key_id, owner in zip(made, ids, owners, strict=True)
    }
    return KeyDrafts(kind, parent, chosen, rows, opened, store.new_keys(rows))


def enter_keys(drafts: KeyDrafts, *, cached: bool = True) -> None:
    """Enter drafted keys into the keyring, under the compartment key that is in force now.

    They are cached: whoever made them has just had their plaintext in hand. If the caller's transaction rolls
    back they open nothing, since nothing was ever sealed under them that is still there. Those of a long list
    are better not: nobody reads them next, and they would drive out the keys that are in use.

    Raises KeyWithheld: the compartment is locked, or its key is not to be had.
    """
    for _ in range(_TRIES):
        if store.add(
            kind=drafts.kind,
            compartment=drafts.parent.compartment,
            parent=drafts.parent.key.key_id,
            root_version=None,
            suite=drafts.suite,
            keys=drafts.entered,
        ):
            if cached:
                key_cache().put_many(drafts.opened)
            return
        drafts = _under_the_key_in_force(drafts)
    raise KeyWithheld(len(drafts.rows))


def _under_the_key_in_force(drafts: KeyDrafts) -> KeyDrafts:
    """The same keys wrapped anew: a rotation has begun since their parent was opened.

    The parent is asked for under an entry of its own, since the one that it was opened under may be old.
    """
    handle, compartment = drafts.parent.handle, drafts.parent.compartment
    if handle is None:
        raise TypeError("keys hang from a compartment key")
    entry = Entry(
        action=Action.KEYS_REOPEN, object_type=ObjectType.COMPARTMENT, object_id=compartment, keys=(handle,)
    )
    parent = open_keys(record_read(entry), entry.keys)[handle]
    if not isinstance(parent.key, WrappingKey):
        raise TypeError("keys hang from a compartment key")
    wrapping = parent.key
    wrapped = wrap_many(
        [
            (wrapping, drafts.opened[key_id].key.secret, key_id, drafts.kind, owner.bytes, compartment.bytes)
            for key_id, owner, _ in drafts.rows
        ]
    )
    rows = [(key_id, owner, anew) for (key_id, owner, _), anew in zip(drafts.rows, wrapped, strict=True)]
    return replace(drafts, parent=parent, rows=rows, entered=store.new_keys(rows))


def open_keys(entry: UUID, ids: Iterable[int]) -> dict[int, Opened]:
    """Open the keys that log entry `entry` names, which are `ids`; key id → key. As `open_keys_many`."""
    return open_keys_many([entry], ids)


def open_keys_many(entries: Sequence[UUID], ids: Iterable[int]) -> dict[int, Opened]:
    """Open the keys that these entries of one large read name, which are `ids`; key id → key.

    Raises:
        KeyWithheld: one of them is destroyed, or not named by a committed entry of the last minute; as
            CompartmentFrozen, one of a frozen compartment.
        ProviderDown: the root key provider does not answer.
    """
    forget_changes()
    cache_ = key_cache()
    wanted, as_of = set(ids), cache_.seen_change
    opened = cache_.get_many(wanted)
    if not wanted <= opened.keys():
        released = store.release(entries, opened)
        if _outdated(released, opened):
            # A rotation went on since the compartment's key was opened: both anew, in one statement.
            held = [key_id for key_id, key in opened.items() if key.kind is not KeyKind.COMPARTMENT]
            released = store.release(entries, held)
        fresh = _unwrap(released, opened)
        cache_.put_many(_to_keep(released, fresh, wanted), as_of=as_of)
        opened |= fresh
    if not wanted <= opened.keys():
        raise _withheld(wanted - opened.keys())
    return opened


def _withheld(lacking: set[int]) -> KeyWithheld:
    kind = CompartmentFrozen if is_frozen(sorted(lacking)) else KeyWithheld
    return kind(len(lacking))


def _to_keep(released: store.Released, fresh: dict[int, Opened], wanted: set[int]) -> dict[int, Opened]:
    """All but the keys of subjects that are being moved to another suite: for some minutes the keyring gives
    both, and a cached one would hide the other."""
    if fresh.keys() <= wanted:
        return fresh
    unasked = fresh.keys() - wanted
    owner_of = {
        key_id: owner
        for hanging in released.hanging
        for key_id, _, _, owner, *_ in PACKED.iter_unpack(hanging.packed)
    }
    moving = {owner_of[key_id] for key_id in unasked if key_id in owner_of}
    return {key_id: key for key_id, key in fresh.items() if owner_of.get(key_id) not in moving}


def forget_changes() -> None:
    """Drop from the cache what was destroyed, locked or rotated since the last look."""
    cache_ = key_cache()
    if not len(cache_):
        cache_.begin_at(store.last_change())
        return
    news = store.changes(cache_.seen_change)
    if news:
        cache_.purge(
            keys={key for _, key, _ in news if key is not None},
            compartments={compartment for _, _, compartment in news if compartment is not None},
            seen_change=news[-1][0],
        )


def _generations(opened: Iterable[Opened]) -> dict[int, tuple[UUID, WrappingKey]]:
    """Generation id → compartment and key, of those among `opened` that are compartment keys."""
    return {
        key.key_id: (held.compartment, key)
        for held in opened
        if held.kind is KeyKind.COMPARTMENT
        for key in (held.key, held.retiring)
        if isinstance(key, WrappingKey)
    }


def _outdated(released: store.Released, opened: dict[int, Opened]) -> bool:
    """Whether a key hangs from a generation that is neither among those released nor open."""
    known = _generations(opened.values()).keys() | {row.id for row in released.generations}
    return any(hanging.parent not in known for hanging in released.hanging)


def _unwrap(released: store.Released, opened: dict[int, Opened]) -> dict[int, Opened]:
    """Compartment keys, through the provider, and what hangs from them.

    Compartment keys come last, so that a cache that is smaller than all this keeps what costs most to open.
    """
    compartments = _unwrap_compartments(released.generations)
    parents = _generations([*opened.values(), *compartments.values()])
    fresh: dict[int, Opened] = {}
    for compartment, parent_id, packed in released.hanging:
        held = parents.get(parent_id)
        try:
            # A parent of another compartment has another's name in what it wrapped: it opens nothing here.
            if held is None:
                raise SealBroken
            children = unwrap_packed(held[1], packed, compartment.bytes)
            for key_id, kind, suite, owner, secret in children:
                kind_ = KINDS[kind]
                fresh[key_id] = Opened(kind_, compartment, _ready(kind_, key_id, owner, secret, suite))
        except (CryptoError, KeyError):
            # A keyring row was moved or changed: withheld like a missing one, so that the page fails
            # closed and the log verifier, not the attacker, learns of it.
            raise KeyWithheld(len(packed) // PACKED.size) from None
    return fresh | compartments


def _unwrap_compartments(rows: Sequence[store.WrappedGeneration]) -> dict[int, Opened]:
    if not rows:
        return {}
    asked = [WrappedCompartmentKey(row.id, row.compartment, row.root_version, row.wrapped) for row in rows]
    try:
        secret_of = dict(zip((row.id for row in rows), provider().unwrap_many(asked), strict=True))
    except SealBroken:
        raise KeyWithheld(len(rows)) from None  # as a child's broken wrap
    retiring = {row.handle: WrappingKey(row.id, secret_of[row.id]) for row in rows if row.retired}
    return {
        row.handle: Opened(
            KeyKind.COMPARTMENT,
            row.compartment,
            WrappingKey(row.id, secret_of[row.id]),
            row.handle,
            retiring.get(row.handle),
        )
        for row in rows
        if not row.retired
    }


def _made(kind: KeyKind, key_id: int, owner: UUID, secret: bytes, suite: int) -> OpenKey | FileKey | IndexKey:
    """A new key: it may make its first seals without asking."""
    key = _ready(kind, key_id, owner, secret, suite)
    if isinstance(key, OpenKey):
        key.left = SEALS_AT_BIRTH
    return key


def _ready(
    kind: KeyKind, key_id: int, owner: UUID | bytes, secret: bytes, suite: int
) -> OpenKey | FileKey | IndexKey:
    if kind is KeyKind.SUBJECT:
        return OpenKey(key_id, secret, suite)
    if kind is KeyKind.INDEX:
        # an index's owner is the UUID of its declared label
        label = str(UUID(bytes=owner) if isinstance(owner, bytes) else owner)
        return IndexKey(key_id, secret, label, suite)
    return FileKey(key_id, secret)

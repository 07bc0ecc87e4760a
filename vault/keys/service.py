"""Making keys and opening keys.

Opening always needs the id of a log entry that is already committed and names the keys. A key that
is still cached costs no query to the keyring, but it costs an entry all the same: the callers in
`vault.access` commit one before they ask.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from django.conf import settings

from vault.crypto.blind import IndexKey
from vault.crypto.chunks import FileKey
from vault.crypto.envelope import OpenKey
from vault.crypto.errors import CryptoError
from vault.crypto.keywrap import KeyKind, WrappingKey, new_key_id, new_key_ids, unwrap_many, wrap_many
from vault.crypto.suites import AES_256_GCM
from vault.keys import store
from vault.keys.cache import KeyCache, Opened
from vault.keys.errors import KeyWithheld
from vault.keys.providers import provider
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey

SECRET_LENGTH = 32
KINDS = {int(kind): kind for kind in KeyKind}


@dataclass(frozen=True, slots=True)
class KeyDrafts:
    """New keys of one kind under one compartment key, ready for use and not yet in the keyring."""

    kind: KeyKind
    parent: Opened
    rows: list[tuple[int, UUID, bytes]] = field(repr=False)  # id, owner, wrapped
    opened: dict[int, Opened]

    def ids(self) -> dict[UUID, int]:
        """Owner → key id."""
        return {owner: key_id for key_id, owner, _ in self.rows}


@cache
def key_cache() -> KeyCache:
    """This process's cache."""
    return KeyCache(size=settings.KEY_CACHE_SIZE, seconds=settings.KEY_CACHE_SECONDS)


def new_compartment(compartment: UUID) -> int:
    """Make and enter the key of a new compartment; its id. Raises ProviderDown."""
    return open_new_compartment(compartment).key.key_id


def open_new_compartment(compartment: UUID) -> Opened:
    """As `new_compartment`, but gives the key itself, for making the keys that hang from it."""
    root = provider()
    key = CompartmentKey(new_key_id(), compartment, secrets.token_bytes(SECRET_LENGTH))
    version = root.current_version()
    [wrapped] = root.wrap_many([key])
    store.note_root_version(version, root.name)
    store.add(
        kind=KeyKind.COMPARTMENT,
        compartment=compartment,
        parent=None,
        root_version=version,
        suite=AES_256_GCM,
        keys=[(key.key_id, compartment, wrapped)],
    )
    opened = Opened(KeyKind.COMPARTMENT, compartment, WrappingKey(key.key_id, key.secret))
    key_cache().put_many({key.key_id: opened})
    return opened


def new_keys(kind: KeyKind, owners: Sequence[UUID], *, parent: Opened) -> dict[UUID, int]:
    """Make and enter one key for each owner under an open compartment key; owner → key id."""
    drafts = draft_keys(kind, owners, parent=parent)
    enter_keys(drafts)
    return drafts.ids()


def draft_keys(kind: KeyKind, owners: Sequence[UUID], *, parent: Opened) -> KeyDrafts:
    """Make one key for each owner under an open compartment key, for use before the keyring knows them.

    An upload is sealed under a draft as it streams in; the key is entered in the transaction that makes the
    upload known, so that one that is broken off leaves no key behind.
    """
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
    return KeyDrafts(
        kind,
        parent,
        list(zip(ids, owners, wrapped, strict=True)),
        {
            key_id: Opened(kind, parent.compartment, _ready(kind, key_id, owner, secret, AES_256_GCM))
            for secret, key_id, owner in zip(made, ids, owners, strict=True)
        },
    )


def enter_keys(drafts: KeyDrafts) -> None:
    """Enter drafted keys into the keyring.

    They are cached: whoever made them has just had their plaintext in hand. If the caller's transaction rolls
    back they open nothing, since nothing was ever sealed under them that is still there.
    """
    store.add(
        kind=drafts.kind,
        compartment=drafts.parent.compartment,
        parent=drafts.parent.key.key_id,
        root_version=None,
        suite=AES_256_GCM,
        keys=drafts.rows,
    )
    key_cache().put_many(drafts.opened)


def open_keys(entry: UUID, ids: Iterable[int]) -> dict[int, Opened]:
    """Open the keys that log entry `entry` names; key id → key.

    Raises:
        KeyWithheld: one of them is destroyed, locked, or not named by a committed entry of the last minute.
        ProviderDown: the root key provider does not answer.
    """
    forget_changes()
    cache_ = key_cache()
    wanted, as_of = set(ids), cache_.seen_change
    opened = cache_.get_many(wanted)
    missing = wanted - opened.keys()
    if missing:
        fresh = _unwrap(store.release(entry, sorted(missing)), opened)
        cache_.put_many(fresh, as_of=as_of)
        opened |= fresh
    if len(opened) != len(wanted):
        raise KeyWithheld(len(wanted) - len(opened))
    return opened


def forget_changes() -> None:
    """Drop from the cache what was destroyed or locked since the last look."""
    cache_ = key_cache()
    news = store.changes(cache_.seen_change)
    if news:
        cache_.purge(
            keys={key for _, key, _ in news if key is not None},
            compartments={compartment for _, _, compartment in news if compartment is not None},
            seen_change=news[-1][0],
        )


def _unwrap(rows: Sequence[store.WrappedKey], opened: dict[int, Opened]) -> dict[int, Opened]:
    """Compartment keys first, through the provider, then what hangs from them."""
    fresh = _unwrap_compartments([row for row in rows if row.root_version is not None])
    by_parent: dict[int, list[store.WrappedKey]] = {}
    for row in rows:
        if row.parent is not None:
            by_parent.setdefault(row.parent, []).append(row)
    for parent_id, children in by_parent.items():
        parent = fresh.get(parent_id) or opened.get(parent_id)
        if parent is None or not isinstance(parent.key, WrappingKey):
            raise KeyWithheld(len(children))
        fresh |= _unwrap_children(parent.compartment, parent.key, children)
    return fresh


def _unwrap_compartments(rows: Sequence[store.WrappedKey]) -> dict[int, Opened]:
    if not rows:
        return {}
    asked = [
        WrappedCompartmentKey(row.id, UUID(bytes=row.compartment), row.root_version or 0, row.wrapped)
        for row in rows
    ]
    return {
        key.key_id: Opened(KeyKind.COMPARTMENT, key.compartment, WrappingKey(key.key_id, secret))
        for key, secret in zip(asked, provider().unwrap_many(asked), strict=True)
    }


def _unwrap_children(
    compartment: UUID, parent: WrappingKey, rows: Sequence[store.WrappedKey]
) -> dict[int, Opened]:
    try:
        opened = unwrap_many(
            (parent, row.wrapped, row.id, KINDS[row.kind], row.owner, row.compartment) for row in rows
        )
    except (CryptoError, KeyError):
        # A keyring row was moved or changed: withheld like a missing one, so that the page fails
        # closed and the log verifier, not the attacker, learns of it.
        raise KeyWithheld(len(rows)) from None
    return {
        row.id: Opened(
            KINDS[row.kind], compartment, _ready(KINDS[row.kind], row.id, row.owner, secret, row.suite)
        )
        for row, secret in zip(rows, opened, strict=True)
    }


def _ready(
    kind: KeyKind, key_id: int, owner: UUID | bytes, secret: bytes, suite: int
) -> OpenKey | FileKey | IndexKey:
    if kind is KeyKind.INDEX:
        # an index's owner is the UUID of its declared label
        return IndexKey(key_id, secret, str(UUID(bytes=owner) if isinstance(owner, bytes) else owner))
    return FileKey(key_id, secret) if kind is KeyKind.FILE else OpenKey(key_id, secret, suite)

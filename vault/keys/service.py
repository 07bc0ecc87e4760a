"""Making keys and opening keys.

Opening always needs the id of a log entry that is already committed and names the keys. A key that
is still cached costs no query to the keyring, but it costs an entry all the same: the callers in
`vault.access` commit one before they ask.
"""

import secrets
from collections.abc import Iterable, Sequence
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


@cache
def key_cache() -> KeyCache:
    """This process's cache."""
    return KeyCache(size=settings.KEY_CACHE_SIZE, seconds=settings.KEY_CACHE_SECONDS)


def new_compartment(compartment: UUID) -> int:
    """Make and enter the key of a new compartment; its id. Raises ProviderDown."""
    root = provider()
    key = CompartmentKey(new_key_id(), compartment, secrets.token_bytes(SECRET_LENGTH))
    version = root.current_version()
    [wrapped] = root.wrap_many([key])
    store.note_root_version(version, root.name)
    row = store.WrappedKey(key.key_id, KeyKind.COMPARTMENT, compartment, compartment, None, version, AES_256_GCM, wrapped)
    store.add([row])
    opened = Opened(KeyKind.COMPARTMENT, compartment, compartment, WrappingKey(key.key_id, key.secret))
    key_cache().put_many({key.key_id: opened})
    return key.key_id


def new_keys(kind: KeyKind, owners: Sequence[UUID], *, parent: Opened) -> dict[UUID, int]:
    """Make and enter one key for each owner under an open compartment key; owner → key id.

    The new keys are cached: whoever made them has just had their plaintext in hand. If the caller's
    transaction rolls back they open nothing, since nothing was ever sealed under them.
    """
    if not isinstance(parent.key, WrappingKey):
        raise TypeError("keys hang from a compartment key")
    ids = new_key_ids(len(owners))
    all_secrets = secrets.token_bytes(SECRET_LENGTH * len(owners))
    made = [
        (key_id, owner, all_secrets[at : at + SECRET_LENGTH])
        for at, key_id, owner in zip(range(0, len(all_secrets), SECRET_LENGTH), ids, owners, strict=True)
    ]
    compartment = parent.compartment
    wrapped = wrap_many(
        [
            (parent.key, secret, key_id, kind, owner.bytes, compartment.bytes)
            for key_id, owner, secret in made
        ]
    )
    store.add(
        [
            store.WrappedKey(key_id, kind, owner, compartment, parent.key.key_id, None, AES_256_GCM, sealed)
            for (key_id, owner, _), sealed in zip(made, wrapped, strict=True)
        ]
    )
    key_cache().put_many(
        {
            key_id: Opened(kind, owner, compartment, _ready(kind, key_id, owner, secret, AES_256_GCM))
            for key_id, owner, secret in made
        }
    )
    return dict(zip(owners, ids, strict=True))


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
    roots = [row for row in rows if row.root_version is not None]
    fresh: dict[int, Opened] = {}
    if roots:
        asked = [
            WrappedCompartmentKey(row.id, row.compartment, row.root_version or 0, row.wrapped) for row in roots
        ]
        for row, secret in zip(roots, provider().unwrap_many(asked), strict=True):
            fresh[row.id] = Opened(
                KeyKind.COMPARTMENT, row.owner, row.compartment, WrappingKey(row.id, secret)
            )
    by_parent: dict[int, list[store.WrappedKey]] = {}
    for row in rows:
        if row.parent is not None:
            by_parent.setdefault(row.parent, []).append(row)
    for parent_id, children in by_parent.items():
        parent = fresh.get(parent_id) or opened.get(parent_id)
        if parent is None or not isinstance(parent.key, WrappingKey):
            raise KeyWithheld(len(children))
        try:
            opened_secrets = unwrap_many(
                (
                    parent.key,
                    child.wrapped,
                    child.id,
                    KeyKind(child.kind),
                    child.owner.bytes,
                    child.compartment.bytes,
                )
                for child in children
            )
        except CryptoError:
            # A keyring row was moved or changed: withheld like a missing one, so that the page fails
            # closed and the log verifier, not the attacker, learns of it.
            raise KeyWithheld(len(children)) from None
        for child, secret in zip(children, opened_secrets, strict=True):
            kind = KeyKind(child.kind)
            fresh[child.id] = Opened(
                kind, child.owner, child.compartment, _ready(kind, child.id, child.owner, secret, child.suite)
            )
    return fresh


def _ready(
    kind: KeyKind, key_id: int, owner: UUID, secret: bytes, suite: int
) -> OpenKey | FileKey | IndexKey:
    if kind is KeyKind.INDEX:
        return IndexKey(key_id, secret, str(owner))  # an index's owner is the UUID of its declared label
    return FileKey(key_id, secret) if kind is KeyKind.FILE else OpenKey(key_id, secret, suite)

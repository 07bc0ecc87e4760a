"""Wrapping 256-bit keys under a parent key (docs/crypto.md, "Wrapped key").

    version 1 | wrap suite 1 | parent key id 8 | nonce 12 | ciphertext 32, tag 16      70 bytes

AES-256-GCM-SIV (RFC 8452) rather than GCM, because one parent wraps many keys, on many machines, and
again at every epoch: with a repeated nonce GCM loses its authentication key, GCM-SIV only shows that
the same key was wrapped twice for the same use. Nonces are random all the same: ten million wraps
under one parent repeat one with a chance below 2**-49.

The associated data names the wrapped key's id, kind, owner and compartment and the header. A wrapped
key copied to another person's row, or passed off as another kind, does not unwrap. GCM-SIV does not
commit to its key either, so the header must name the very parent before anything is decrypted.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from os import urandom
from struct import Struct, unpack
from struct import error as StructError

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from vault.crypto.errors import SealBroken, WrongLength
from vault.crypto.holders import KEY_LENGTH, MAX_KEY_ID, KeyHolder

VERSION = 1
AES_256_GCM_SIV = 2
DOMAIN = b"SRwrap01"
WRAPPED_LENGTH = 70

_NONCE_LENGTH = 12
_HEADER = Struct(">BBQ")
# The parent's domain and header | key id | kind | owner | compartment. "s" fields pad and cut
# silently, so every length is checked before this packs.
_AAD = Struct(">18sQB16s16s").pack

# A wrapped key in a row of keyring.release: id | kind | suite | owner | header, nonce, ciphertext and tag.
PACKED = Struct(">qhh16s10s12s48s")

# (key id, kind, suite, owner, secret)
Unwrapped = tuple[int, int, int, bytes, bytes]
# (parent, secret or wrapped bytes, key id, kind, owner, compartment)
ToWrap = tuple["WrappingKey", bytes, int, "KeyKind", bytes, bytes]
ToUnwrap = tuple["WrappingKey", bytes | memoryview, int, "KeyKind", bytes, bytes]


class KeyKind(IntEnum):
    """What a wrapped key is for; bound by the wrap, so that none is used as another."""

    COMPARTMENT = 1
    SUBJECT = 2
    FILE = 3
    INDEX = 4


class WrappingKey(KeyHolder):
    """A root or compartment key ready to wrap and unwrap others."""

    __slots__ = ("aad_prefix", "aead", "header")

    def __init__(self, key_id: int, secret: bytes) -> None:
        """Build the AEAD object; raises WrongLength for a bad key or id."""
        super().__init__(key_id, secret)
        self.aead = AESGCMSIV(secret)
        self.header = _HEADER.pack(VERSION, AES_256_GCM_SIV, key_id)
        self.aad_prefix = DOMAIN + self.header


def new_key_id() -> int:
    """Return a random id in 1..2**53-1."""
    return new_key_ids(1)[0]


def new_key_ids(count: int) -> list[int]:
    """Return random ids in 1..2**53-1.

    Random, so that ids can be made before the insert and say nothing about how many keys there are
    or when one was made. 53 bits, though the layouts hold 63: the log names keys as JSON numbers,
    which are exact below 2**53 (RFC 8259 section 6). Should two ever meet, the keyring's primary key
    refuses the second.
    """
    return [number >> 11 or 1 for number in unpack(f">{count}Q", urandom(8 * count))]


def wrap_key(
    parent: WrappingKey, *, secret: bytes, key_id: int, kind: KeyKind, owner: bytes, compartment: bytes
) -> bytes:
    """Return `secret` (32 bytes) wrapped for one owner: a subject's, file version's or index's UUID bytes.

    A compartment key is its own owner. Raises WrongLength.
    """
    return _wrap(parent, secret, _aad(parent, key_id, kind, owner, compartment), urandom(_NONCE_LENGTH))


def wrap_many(items: Sequence[ToWrap]) -> list[bytes]:
    """Wrap several keys, the nonces drawn in one system call; errors as `wrap_key`."""
    nonces = urandom(_NONCE_LENGTH * len(items))
    return [
        _wrap(parent, secret, _aad(parent, key_id, kind, owner, compartment), nonces[at : at + _NONCE_LENGTH])
        for at, (parent, secret, key_id, kind, owner, compartment) in zip(
            range(0, len(nonces), _NONCE_LENGTH), items, strict=True
        )
    ]


def unwrap_key(
    parent: WrappingKey,
    wrapped: bytes | memoryview,
    *,
    key_id: int,
    kind: KeyKind,
    owner: bytes,
    compartment: bytes,
) -> bytes:
    """Return the 32-byte secret; raises SealBroken unless it was wrapped by this parent for just this use."""
    return _unwrap(parent, wrapped, _aad(parent, key_id, kind, owner, compartment))


def unwrap_many(items: Iterable[ToUnwrap]) -> list[bytes]:
    """Unwrap several keys in order; raises SealBroken, and gives out nothing, if any one is broken."""
    return [
        _unwrap(parent, wrapped, _aad(parent, key_id, kind, owner, compartment))
        for parent, wrapped, key_id, kind, owner, compartment in items
    ]


def unwrap_packed(parent: WrappingKey, packed: bytes, compartment: bytes) -> list[Unwrapped]:
    """Unwrap the keys of one parent as `keyring.release` packs them, in order; errors as `unwrap_many`.

    One loop without calls of our own in it: a page opens hundreds.
    """
    if len(compartment) != 16 or len(packed) % PACKED.size:
        raise SealBroken
    header, prefix, decrypt = parent.header, parent.aad_prefix, parent.aead.decrypt
    opened: list[Unwrapped] = []
    try:
        for key_id, kind, suite, owner, own_header, nonce, sealed in PACKED.iter_unpack(packed):
            if own_header != header:
                raise SealBroken
            secret = decrypt(nonce, sealed, _AAD(prefix, key_id, kind, owner, compartment))
            opened.append((key_id, kind, suite, owner, secret))
    except (InvalidTag, StructError):
        raise SealBroken from None
    return opened


def parent_id_of(wrapped: bytes | memoryview) -> int:
    """Return the parent's key id in a header, not authenticated; raises SealBroken on anything odd."""
    if len(wrapped) != WRAPPED_LENGTH:
        raise SealBroken
    version, suite, parent_id = _HEADER.unpack_from(wrapped)
    if version != VERSION or suite != AES_256_GCM_SIV or not 0 < parent_id <= MAX_KEY_ID:
        raise SealBroken
    return int(parent_id)


def _aad(parent: WrappingKey, key_id: int, kind: KeyKind, owner: bytes, compartment: bytes) -> bytes:
    if len(owner) != 16 or len(compartment) != 16 or not 0 < key_id <= MAX_KEY_ID:
        raise WrongLength("key id 63 bits and not 0, owner 16, compartment 16 bytes")
    return _AAD(parent.aad_prefix, key_id, kind, owner, compartment)


def _wrap(parent: WrappingKey, secret: bytes, aad: bytes, nonce: bytes) -> bytes:
    # The nonce is a parameter of this private function alone, for the fixed vectors.
    if len(secret) != KEY_LENGTH or len(nonce) != _NONCE_LENGTH:
        raise WrongLength("secret 32, nonce 12 bytes")
    return parent.header + nonce + parent.aead.encrypt(nonce, secret, aad)


def _unwrap(parent: WrappingKey, wrapped: bytes | memoryview, aad: bytes) -> bytes:
    if len(wrapped) != WRAPPED_LENGTH or wrapped[:10] != parent.header:
        raise SealBroken
    try:
        return parent.aead.decrypt(wrapped[10:22], wrapped[22:], aad)
    except InvalidTag:
        raise SealBroken from None

"""The sealing suites, by the id byte in each header (docs/crypto.md, "Suites")."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.crypto.sm import Sm3, Sm4Gcm

NONCE_LENGTH = 12
TAG_LENGTH = 16


class Aead(Protocol):
    """An AEAD with its key set (RFC 5116): 12-byte nonces, 16-byte tag at the end.

    `decrypt` raises cryptography.exceptions.InvalidTag. One object serves many threads.
    """

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(
        self, nonce: bytes | memoryview, data: bytes | memoryview, associated_data: bytes, /
    ) -> bytes: ...


class Hash(Protocol):
    """A hash on its way (PEP 452): the `digest` of what it was updated with so far."""

    def update(self, data: bytes, /) -> None: ...
    def copy(self) -> Self: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Suite:
    """One algorithm: `aead` builds the keyed object from the first `key_length` bytes of a data key.

    Data keys are always 32 random bytes, so that one wrapped layout serves every suite; a key id is
    used with one suite only, hence cutting the key for a 128-bit cipher relates no two keys.
    The nonce and tag lengths are not per suite: every suite must take 12 and give 16, so that
    one layout, one length check and one nonce bound hold for all.
    """

    id: int
    name: str
    key_length: int
    aead: Callable[[bytes], Aead]


AES_256_GCM = 1
SM4_GCM = 4

SUITES: dict[int, Suite] = {
    AES_256_GCM: Suite(AES_256_GCM, "AES-256-GCM", 32, AESGCM),
    SM4_GCM: Suite(SM4_GCM, "SM4-GCM", 16, Sm4Gcm),
}

# What makes the tokens of a blind index, by the suite of the index's key.
INDEX_HASHES: dict[int, Callable[[bytes], Hash]] = {AES_256_GCM: sha256, SM4_GCM: Sm3}


@dataclass(frozen=True, slots=True)
class Profile:
    """The suites of new keys. What exists keeps its own, which its key and every header name."""

    name: str
    suite: int  # of data keys and index keys


INTERNATIONAL = Profile("international", AES_256_GCM)
# 国密: fields under SM4-GCM, blind indexes by HMAC-SM3 (Cryptography Law of the PRC arts. 8 and 27 bind
# operators of critical infrastructure; others are often asked for it in an assessment, 密评).
GUOMI = Profile("guomi", SM4_GCM)
PROFILES = {profile.name: profile for profile in (INTERNATIONAL, GUOMI)}
SUITE_NAMES = {"aes-256-gcm": AES_256_GCM, "sm4-gcm": SM4_GCM}

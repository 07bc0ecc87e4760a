"""Recovery keys of officers and the sealing of shares to them (docs/crypto.md, "Recovery").

A share is sealed with HPKE (RFC 9180) in the hybrid suite ML-KEM-768 + X25519, HKDF-SHA256, AES-256-GCM:
copies are kept for years, so who stores one today must not open it with a quantum computer later. `info` is
the share's header, so a share under another header does not open.

The private key is written only under a passphrase: Argon2id (RFC 9106, its second recommended choice: 3
passes, 64 MiB, 4 lanes), AES-256-GCM with a random nonce under a key that is used once.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.crypto.errors import SealBroken, WrongLength

DOMAIN = b"SRrecov1"
_SEED = 64  # of ML-KEM; then 32 bytes of X25519
_ENCAPSULATION = 1184  # bytes of an ML-KEM-768 public key; then 32 of X25519
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PASSES, _MEMORY, _LANES = 3, 64 * 1024, 4  # KiB


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """An officer's private recovery key: 96 bytes that never leave the officer's machine unsealed."""

    secret: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """1,216 bytes, for everybody."""
        kem, curve = self._parts()
        return kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()

    def open(self, sealed: bytes, header: bytes) -> bytes:
        """The share. Raises SealBroken: for another key, under another header, or changed."""
        try:
            return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(*self._parts()), DOMAIN + header)
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def _parts(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        return (
            MLKEM768PrivateKey.from_seed_bytes(self.secret[:_SEED]),
            X25519PrivateKey.from_private_bytes(self.secret[_SEED:]),
        )


def new_recovery_key() -> RecoveryKey:
    """A random one."""
    return RecoveryKey(urandom(_SEED + 32))


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key, in hexadecimal: what two people compare."""
    return sha256(public).hexdigest()


def seal_share(share: bytes, public: bytes, header: bytes) -> bytes:
    """The share for the holder of this public key. Raises WrongLength for what is no such key."""
    if len(public) != _ENCAPSULATION + 32:
        raise WrongLength("a public recovery key has 1,216 bytes")
    try:
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_ENCAPSULATION]),
            X25519PublicKey.from_public_bytes(public[_ENCAPSULATION:]),
        )
    except ValueError:
        raise WrongLength("not a public recovery key") from None
    return bytes(_SUITE.encrypt(share, key, DOMAIN + header))


def lock(key: RecoveryKey, passphrase: str) -> dict[str, Any]:
    """The key under a passphrase, ready for JSON."""
    salt, nonce = urandom(16), urandom(12)
    sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, key.secret, DOMAIN)
    return {
        "kdf": ["argon2id", _PASSES, _MEMORY, _LANES],
        "salt": b64encode(salt).decode(),
        "nonce": b64encode(nonce).decode(),
        "sealed": b64encode(sealed).decode(),
        "public": b64encode(key.public).decode(),
    }


def unlock(stored: dict[str, Any], passphrase: str) -> RecoveryKey:
    """Raises SealBroken: a wrong passphrase, or not such a file."""
    try:
        salt, nonce, sealed = (b64decode(stored[name]) for name in ("salt", "nonce", "sealed"))
        return RecoveryKey(AESGCM(_stretched(passphrase, salt)).decrypt(nonce, sealed, DOMAIN))
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise SealBroken from None


def _stretched(passphrase: str, salt: bytes) -> bytes:
    # The costs are constants: a file that asked for less would be a file that somebody changed.
    return Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY).derive(
        passphrase.encode()
    )

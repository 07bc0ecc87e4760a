"""SM4-GCM (GB/T 32907, RFC 8998) with the shape of an AEAD object, SM3 (GB/T 32905) with that of a hash.

`cryptography` offers SM4 as a block cipher in GCM mode only, without an AEAD class. What such a class must
do stands here: the tag is the last 16 bytes, and no byte of plaintext is given out before it was checked.
"""

from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

_TAG = 16


class Sm4Gcm:
    """One SM4 key (16 bytes). Each call makes its own cipher context, so one object serves many threads."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Ciphertext and tag."""
        sealing = Cipher(self._cipher, GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(
        self, nonce: bytes | memoryview, data: bytes | memoryview, associated_data: bytes, /
    ) -> bytes:
        """The plaintext. Raises cryptography.exceptions.InvalidTag."""
        tag = bytes(data[-_TAG:])
        opening = Cipher(self._cipher, GCM(bytes(nonce), tag)).decryptor()
        opening.authenticate_additional_data(associated_data)
        text = opening.update(data[:-_TAG])
        return text + opening.finalize()  # raises before anything is returned


class Sm3:
    """SM3 as `hashlib` has its hashes; hashlib's own is there only if its OpenSSL was built with it."""

    __slots__ = ("_hash",)

    def __init__(self, data: bytes) -> None:
        self._hash = hashes.Hash(hashes.SM3())
        self._hash.update(data)

    def update(self, data: bytes, /) -> None:
        self._hash.update(data)

    def copy(self) -> Self:
        made = object.__new__(type(self))
        made._hash = self._hash.copy()
        return made

    def digest(self) -> bytes:
        return self._hash.copy().finalize()

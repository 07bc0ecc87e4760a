"""Blind-index tokens: exact search without decrypting rows (docs/crypto.md, "Blind index").

    token = first `bits` bits of HMAC(index key, domain 8 | label tag 8 | bits 1 | UTF-8 value)

The hash is that of the key's suite: SHA-256, or SM3 under the national profile.

Every part before the value has a fixed width, so that no value of one index can equal one of another.
Each index of each compartment has its own random key: the same phone in two books gives unrelated
tokens, and destroying the key makes its tokens noise. Equal values give equal tokens, which is the
leak that search costs; a truncated token makes unlike values share one, so that a row of the index
alone confirms nothing, and the caller opens and compares candidates. 128 bits are for uniqueness
alone. Values come normalised: what differs here by a space is another value.
"""

from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.hmac import HMAC

from vault.crypto.errors import WrongLength
from vault.crypto.holders import KeyHolder
from vault.crypto.suites import AES_256_GCM, INDEX_HASHES

DOMAIN = b"SRblind1"
UNIQUE_BITS = 128


class IndexKey(KeyHolder):
    """The key of one index in one compartment; the HMAC key schedule and prefix are computed once."""

    __slots__ = ("keyed",)

    def __init__(self, key_id: int, secret: bytes, label: str, suite: int = AES_256_GCM) -> None:
        """Bind the key to the index's declared label; raises WrongLength for a bad key, id or suite."""
        super().__init__(key_id, secret)
        if suite not in INDEX_HASHES:
            raise WrongLength("no such suite")
        self.keyed = HMAC(secret, INDEX_HASHES[suite]())
        self.keyed.update(DOMAIN + sha256(label.encode()).digest()[:8])


def token(key: IndexKey, value: str, bits: int) -> bytes:
    """Return the token of a normalised value: ceil(bits / 8) bytes, unused low bits zero.

    `bits` is 1 to 128. It is part of the message, so that a short token is no prefix of a long one.
    """
    return token_maker(key, bits)(value)


def token_maker(key: IndexKey, bits: int) -> Callable[[str], bytes]:
    """As `token`, for the many values of a list: gives value → token. Raises WrongLength."""
    if not 0 < bits <= UNIQUE_BITS:
        raise WrongLength("a token has 1 to 128 bits")
    copy, prefix = key.keyed.copy, bytes((bits,))
    size, spare = -(-bits // 8), -bits % 8

    def make(value: str) -> bytes:
        mac = copy()  # the shared object is only ever copied, never updated: safe across threads
        mac.update(prefix + value.encode())
        digest = mac.finalize()[:size]
        return digest[:-1] + bytes((digest[-1] >> spare << spare,)) if spare else digest

    return make

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

from vault.crypto.errors import WrongLength
from vault.crypto.holders import KeyHolder
from vault.crypto.suites import AES_256_GCM, INDEX_HASHES

DOMAIN = b"SRblind1"
UNIQUE_BITS = 128


_BLOCK = 64  # bytes: of SHA-256 and of SM3 alike
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class IndexKey(KeyHolder):
    """The key of one index in one compartment; the HMAC key schedule and prefix are computed once.

    HMAC is written out as its two hashes (RFC 2104, section 4, says how to keep their first blocks): an
    import makes a dozen tokens a client, and copying two hash objects costs half of what copying the HMAC
    objects of the libraries does. The key is shorter than a block, so it is padded and never hashed.
    """

    __slots__ = ("inner", "outer")

    def __init__(self, key_id: int, secret: bytes, label: str, suite: int = AES_256_GCM) -> None:
        """Bind the key to the index's declared label; raises WrongLength for a bad key, id or suite."""
        super().__init__(key_id, secret)
        if suite not in INDEX_HASHES:
            raise WrongLength("no such suite")
        hashing, block = INDEX_HASHES[suite], secret.ljust(_BLOCK, b"\0")
        self.inner = hashing(block.translate(_INNER) + DOMAIN + sha256(label.encode()).digest()[:8])
        self.outer = hashing(block.translate(_OUTER))


def token(key: IndexKey, value: str, bits: int) -> bytes:
    """Return the token of a normalised value: ceil(bits / 8) bytes, unused low bits zero.

    `bits` is 1 to 128. It is part of the message, so that a short token is no prefix of a long one.
    """
    return token_maker(key, bits)(value)


def token_maker(key: IndexKey, bits: int) -> Callable[[str], bytes]:
    """As `token`, for the many values of a list: gives value → token. Raises WrongLength."""
    make, size = number_maker(key, bits), -(-bits // 8)
    return lambda value: make(value).to_bytes(size)


def number_maker(key: IndexKey, bits: int) -> Callable[[str], int]:
    """As `token_maker`, the token read as a big-endian number."""
    if not 0 < bits <= UNIQUE_BITS:
        raise WrongLength("a token has 1 to 128 bits")
    started = key.inner.copy()
    started.update(bytes((bits,)))
    begin, finish = started.copy, key.outer.copy
    size, spare = -(-bits // 8), -bits % 8
    number = int.from_bytes

    def make(value: str) -> int:
        inner = begin()  # shared objects are only ever copied, never updated: safe across threads
        inner.update(value.encode())
        outer = finish()
        outer.update(inner.digest())
        return number(outer.digest()[:size]) >> spare << spare

    return make

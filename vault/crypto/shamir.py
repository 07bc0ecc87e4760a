"""Sharing a secret so that any k of n shares give it back and k-1 tell nothing (A. Shamir, "How to Share a
Secret", CACM 22(11), 1979), byte by byte over GF(2^8) with the polynomial of AES, x^8+x^4+x^3+x+1.

Each byte is the value at 0 of a random polynomial of degree k-1; share number x, 1 to 255, holds the values
at x. The tables are looked up by secret bytes, so a process that shares the processor's cache could learn
from its timing: split and combine where nobody else runs programs.
"""

from collections.abc import Mapping
from secrets import token_bytes

from vault.crypto.errors import WrongLength

MAX_SHARES = 255


def _tables() -> tuple[bytes, bytes]:
    exp, log, value = bytearray(510), bytearray(256), 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        value ^= value << 1  # times 3, a generator
        if value & 0x100:
            value ^= 0x11B
    return bytes(exp), bytes(log)


_EXP, _LOG = _tables()


def split(secret: bytes, *, threshold: int, count: int) -> dict[int, bytes]:
    """Share number → share, as long as the secret. Raises WrongLength unless 2 <= threshold <= count <=
    255."""
    if not secret or not 2 <= threshold <= count <= MAX_SHARES:
        raise WrongLength("a secret, and 2 <= threshold <= count <= 255")
    higher = [token_bytes(len(secret)) for _ in range(threshold - 1)]
    return {x: evaluate([secret, *higher], x) for x in range(1, count + 1)}


def evaluate(coefficients: list[bytes], x: int) -> bytes:
    """The polynomials (constant terms first), one for each byte, at x: Horner's scheme."""
    value = bytes(len(coefficients[0]))
    for coefficient in reversed(coefficients):
        value = bytes(_times(byte, x) ^ more for byte, more in zip(value, coefficient, strict=True))
    return value


def combine(shares: Mapping[int, bytes]) -> bytes:
    """The value at 0 of the polynomials through these shares: the secret, if there are enough of them and all
    are true. Nothing here can tell: the caller keeps a digest in the secret.

    Raises WrongLength for fewer than two shares, numbers out of 1 to 255, or unequal lengths.
    """
    lengths = {len(share) for share in shares.values()}
    if len(shares) < 2 or len(lengths) != 1 or not all(1 <= x <= MAX_SHARES for x in shares):
        raise WrongLength("two shares at least, numbered 1 to 255, of one length")
    secret = bytes(lengths.pop())
    for x, share in shares.items():
        weight = 1
        for other in shares:
            if other != x:
                weight = _times(weight, _over(other, other ^ x))
        secret = bytes(byte ^ _times(part, weight) for byte, part in zip(secret, share, strict=True))
    return secret


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[_LOG[a] + 255 - _LOG[b]] if a else 0

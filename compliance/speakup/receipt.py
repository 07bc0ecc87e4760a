"""The receipt code: what a reporter keeps, and the only way back to their mailbox. Pure functions.

    K7QM-2D9X-5HWT-0RBC-8VYE      19 drawn characters and a check character, 5 bits each, in groups of 4

* 95 bits are drawn from the operating system (a twentieth character is computed): nobody guesses one of
  them, whatever is limited or not. The alphabet is Crockford's Base32, without I, L, O and U, whose
  look-alikes are read as what they were meant to be.
* The check: the sum of each character's number times 32**place, the check character at place 0, is 0 modulo
  37. 37 is prime and larger than 32, so one wrong character changes the sum; 32 has the order 36 modulo 37,
  so 20 places have 20 different weights and any two swapped characters, neighbours or not, change it too.
  Codes whose check would be one of 32 to 36 are drawn again, which costs less than a quarter of a bit.
* Stored is a token of the house's index key (vault.crypto.blind) over Argon2id of the code (RFC 9106):
  whoever has the database has neither, and whoever has the key as well has 95 bits before them at 19 MiB a
  guess.
"""

import secrets
import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 4
_PRIME = 37
_MEANT = str.maketrans("ILO", "110")
_LEFT_OUT = {ord(mark): None for mark in " \t\r\n-\u2010\u2011\u2012\u2013\u2014\u2212"}
_LONGEST = 100  # characters that are looked at
# OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
_MEMORY, _PASSES, _LANES = 19_456, 2, 1


def draw() -> str:
    """A new code, without its dashes."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        check = -_sum(drawn) % _PRIME
        if check < len(ALPHABET):
            return drawn + ALPHABET[check]


def grouped(code: str) -> str:
    """As it is shown: easy to read out and to write down."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def normalised(typed: str) -> str | None:
    """The code that somebody typed, without dashes; None when it cannot be one."""
    if len(typed) > _LONGEST:
        return None
    code = unicodedata.normalize("NFKC", typed).translate(_LEFT_OUT).upper().translate(_MEANT)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    whole = _sum(code[:-1]) + ALPHABET.index(code[-1])
    return code if whole % _PRIME == 0 else None


def stretched(code: str, salt: bytes) -> bytes:
    """32 bytes that take as long for each guess as for the right code. `salt`: 16 bytes of the house."""
    return Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY).derive(
        code.encode()
    )


def _sum(drawn: str) -> int:
    """Of all but the check character: the last of them at place 1."""
    return sum(ALPHABET.index(one) * 32**place for place, one in enumerate(reversed(drawn), start=1))

"""The machine-readable zone of a passport: two lines of 44 characters (ICAO Doc 9303, part 4, 4.2.2).

People paste what a reader gives: both lines, or the second one. Its check digits prove the number, so that a
number out of such a line needs no further look at the document.
"""

import re
from typing import NamedTuple

from vault.formats.checked import FormatError

_LINE = re.compile(r"[A-Z0-9<]{9}[0-9<][A-Z<]{3}[0-9]{6}[0-9][MFX<][0-9]{6}[0-9][A-Z0-9<]{14}[0-9<][0-9]\Z")
_FIRST = re.compile(r"P[A-Z<][A-Z<]{42}")
_LENGTH = 44
_WEIGHTS = (7, 3, 1)
# Number, birth date, expiry, optional data: where each begins and ends, and where its check digit stands.
_PARTS = ((0, 9, 9), (13, 19, 19), (21, 27, 27), (28, 42, 42))


class Passport(NamedTuple):
    """What the second line says; `born` is YYMMDD."""

    number: str
    nationality: str
    born: str


def looks_like(text: str) -> bool:
    """Whether compact text is a second line, or both lines run together."""
    return len(text) in (_LENGTH, 2 * _LENGTH) and "<" in text


def read(text: str) -> Passport:
    """The passport of compact text that looks like a zone. Raises FormatError: form, or a check digit."""
    first, line = text[:-_LENGTH], text[-_LENGTH:]
    if not _LINE.fullmatch(line) or (first and not _FIRST.fullmatch(first)):
        raise FormatError("id.mrz_form")
    composite = line[0:10] + line[13:20] + line[21:43]
    fits = all(_fits(line[start:end], line[at]) for start, end, at in _PARTS)
    if not fits or check_digit(composite) != line[43]:
        raise FormatError("id.mrz_check_digit")
    return Passport(line[:9].rstrip("<"), line[10:13].rstrip("<"), line[13:19])


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 over the values of the characters, modulo 10 (Doc 9303, part 3, 4.9)."""
    total = sum(_value(character) * _WEIGHTS[at % 3] for at, character in enumerate(text))
    return str(total % 10)


def _fits(part: str, digit: str) -> bool:
    """An empty part may carry a filler in the place of its check digit."""
    return check_digit(part) == digit or (digit == "<" and not part.strip("<"))


def _value(character: str) -> int:
    return 0 if character == "<" else int(character, 36)

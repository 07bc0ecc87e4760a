"""Unified social credit codes of organisations (GB 32100-2015)."""

import re
from operator import mul

from vault.formats.checked import Checked, FormatError
from vault.formats.text import compact

_LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table 3: no I, O, S, V, Z
_VALUES = bytes.maketrans(_ALPHABET.encode(), bytes(range(31)))
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
# The region block is digits. The first two characters name registry and category; beside digits there are
# letters (N2 and N3 for rural collectives, Y1 for others, A to E for arms of the state).
_FORM = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")


def normalise(raw: str) -> Checked:
    """The code in upper case. Raises FormatError: length, letters that no code has, check digit."""
    return thorough(raw) if plain(raw) is None else Checked(raw)


def plain(raw: str) -> str | None:
    """See `vault.formats`: `raw` when it is a code as it is printed."""
    return raw if _FORM.fullmatch(raw) and raw[-1] == check_character(raw) else None


def thorough(raw: str) -> Checked:
    """See `normalise`."""
    code = compact(raw)
    if len(code) != _LENGTH:
        raise FormatError("credit_code.length", length=len(code))
    if not _FORM.fullmatch(code):
        raise FormatError("credit_code.form")
    if code[-1] != check_character(code):
        raise FormatError("credit_code.check_digit")
    return Checked(code)


def check_character(code: str) -> str:
    """MOD 31 over the first 17 characters (GB 32100-2015, 5.4)."""
    return _ALPHABET[-sum(map(mul, code[:17].encode().translate(_VALUES), _WEIGHTS)) % 31]


def search_key(raw: str) -> str:
    return normalise(raw).value

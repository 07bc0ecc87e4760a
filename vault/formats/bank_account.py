"""Bank cards and accounts. Cards follow ISO/IEC 7812; company accounts follow each bank's own rule."""

import re

from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.text import compact

_DIGITS = re.compile(r"[0-9]+")
_LENGTHS = range(8, 31)
_CARD_LENGTHS = range(13, 20)
_DOUBLED = str.maketrans("0123456789", "0246813579")  # each digit's double, its own two digits added


def normalise(raw: str) -> Checked:
    """Digits only. A failing Luhn digit only warns: accounts that are not cards have none."""
    account = raw if raw.isascii() and raw.isdigit() and len(raw) in _LENGTHS else compact(raw)
    if not _DIGITS.fullmatch(account):
        raise FormatError("bank.form")
    if len(account) not in _LENGTHS:
        raise FormatError("bank.length", length=len(account))
    suspicious = len(account) in _CARD_LENGTHS and not _luhn_fits(account)
    return Checked(account, (Problem("bank.luhn"),) if suspicious else ())


def search_key(raw: str) -> str:
    return normalise(raw).value


def _luhn_fits(number: str) -> bool:
    kept, doubled = number[::-2], number[-2::-2].translate(_DOUBLED)
    return (sum((kept + doubled).encode()) - ord("0") * len(number)) % 10 == 0

"""Bank cards and accounts. Cards follow ISO/IEC 7812; company accounts follow each bank's own rule."""

import re

from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.text import compact

_DIGITS = re.compile(r"[0-9]+")
_LENGTHS = range(8, 31)
_CARD_LENGTHS = range(13, 20)
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # each digit's double, its own two digits added


def normalise(raw: str) -> Checked:
    """Digits only. A failing Luhn digit only warns: accounts that are not cards have none."""
    return thorough(raw) if plain(raw) is None else Checked(raw)


def plain(raw: str) -> str | None:
    """See `vault.formats`: `raw` when it is a card's number, or too short or too long for one."""
    if len(raw) not in _LENGTHS or not raw.isdigit() or not raw.isascii():
        return None
    return raw if len(raw) not in _CARD_LENGTHS or _luhn_fits(raw) else None


def thorough(raw: str) -> Checked:
    """See `normalise`."""
    account = compact(raw)
    if not _DIGITS.fullmatch(account):
        raise FormatError("bank.form")
    if len(account) not in _LENGTHS:
        raise FormatError("bank.length", length=len(account))
    suspicious = len(account) in _CARD_LENGTHS and not _luhn_fits(account)
    return Checked(account, (Problem("bank.luhn"),) if suspicious else ())


def search_key(raw: str) -> str:
    return normalise(raw).value


def _luhn_fits(number: str) -> bool:
    digits = number.encode()
    return (sum(digits[::-2] + digits[-2::-2].translate(_DOUBLED)) - ord("0") * len(number)) % 10 == 0

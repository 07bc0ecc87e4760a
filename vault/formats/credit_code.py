"""Unified social credit codes of organisations (GB 32100-2015)."""

import re

from stdnum.cn import uscc

from vault.formats.checked import Checked, FormatError
from vault.formats.text import compact

_LENGTH = 18
# The region block is digits. Category letters (N for rural collectives, Y for others) are allotted by
# the registries and refused by `uscc.validate`, so that only its check digit is used.
_FORM = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")


def normalise(raw: str) -> Checked:
    """The code in upper case. Raises FormatError: length, letters that no code has, check digit."""
    code = compact(raw)
    if len(code) != _LENGTH:
        raise FormatError("credit_code.length", length=len(code))
    if not _FORM.fullmatch(code):
        raise FormatError("credit_code.form")
    if code[-1] != uscc.calc_check_digit(code):
        raise FormatError("credit_code.check_digit")
    return Checked(code)


def search_key(raw: str) -> str:
    return normalise(raw).value

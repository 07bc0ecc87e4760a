"""Telephone numbers: mainland China unless a country code says otherwise; E.164 out (ITU-T)."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.text import compact

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_SEVERAL = re.compile(r"[/、,，;；|]|\d\s*(?:或|和|及)\s*\d|\d[\r\n]+\+?\d")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|\*)\s*[0-9]{1,6}\D*$|[0-9]{7,8}-[0-9]{1,6}$", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[().]")
_MAINLAND = 86
_HONG_KONG_MACAO = re.compile(r"85[23][0-9]{8}")


def normalise(raw: str) -> Checked:
    """The number in E.164 form, as +8613800138000.

    Right in form but of a range that `phonenumbers` does not know: accepted with a warning, since
    new ranges open before its data follow. Raises FormatError for anything that is not one number.
    """
    value = plain(raw)
    return thorough(raw) if value is None else Checked(value)


def plain(raw: str) -> str | None:
    """See `vault.formats`: eleven digits of a known mobile range, or their stored form."""
    national = raw.removeprefix("+86")
    if len(national) != 11 or not national.isdigit() or not national.isascii():
        return None
    return "+86" + national if "13" <= national[:2] <= "19" and _range_known(national[:5]) else None


def thorough(raw: str) -> Checked:
    """See `normalise`."""
    text = compact(raw, limit=60)
    if mobile := _MOBILE.fullmatch(text):
        return _mobile(mobile[1])
    _refuse_several(raw)
    text = _PUNCTUATION.sub("", text)
    if mobile := _MOBILE.fullmatch(text):
        return _mobile(mobile[1])
    return _other(text)


def search_key(raw: str) -> str:
    return normalise(raw).value


def _mobile(national: str) -> Checked:
    known = _range_known(national[:5])
    return Checked("+86" + national, () if known else (Problem("phone.unknown_range"),))


def _refuse_several(raw: str) -> None:
    if _SEVERAL.search(raw.strip()):
        raise FormatError("phone.several")
    if _EXTENSION.search(raw.strip()):
        raise FormatError("phone.extension")


def _other(text: str) -> Checked:
    if text.startswith("00"):
        text = "+" + text[2:]
    elif _HONG_KONG_MACAO.fullmatch(text):
        text = "+" + text
    if not text.removeprefix("+").isdecimal():
        raise FormatError("phone.form")
    try:
        number = phonenumbers.parse(text, "CN")
    except NumberParseException:
        raise FormatError("phone.form") from None
    if not phonenumbers.is_possible_number(number):
        raise FormatError("phone.length")
    known = phonenumbers.is_valid_number(number)
    if not known and not text.startswith(("+", "0")):
        raise FormatError("phone.length")  # most likely a landline without its area code
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Checked(value, () if known else (Problem("phone.unknown_range"),))


@lru_cache(maxsize=7000)  # all there are: 13000 to 19999
def _range_known(prefix: str) -> bool:
    """Mainland mobile ranges are told by five digits; the library's full parse of each number is slow."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+86{prefix}000000"))


def dialled(value: str) -> list[str]:
    """A stored number in the groups in which people here dial and read it out: 138 0013 8000, 010 6552 9988,
    +852 9123 4567. What is no number (an extension, one of old) stays as it was written."""
    try:
        number = phonenumbers.parse(value)
    except NumberParseException:
        return [value]
    here = number.country_code == _MAINLAND
    form = PhoneNumberFormat.NATIONAL if here else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form).replace("-", " ").split()

"""Mobile numbers as people type them, and as they are kept: E.164 (ITU-T)."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_LONGEST = 40  # characters
# Premium and shared-cost numbers take a fee from whoever sends to them: no code goes there.
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class NoMobileNumber(ValueError):
    """What was typed is not one mobile number."""


def mobile_number(typed: str) -> str:
    """The number in E.164 form: of mainland China unless a country code says otherwise.

    Eleven digits of the mainland count whether or not the library knows their range, since new ranges open
    before its data follow. Raises NoMobileNumber.
    """
    text = re.sub(r"[\s().\-\u2010-\u2015]", "", typed.strip()[:_LONGEST]).translate(_FULL_WIDTH)
    if mainland := _MAINLAND.fullmatch(text):
        return "+86" + mainland[1]
    if text.startswith("00"):
        text = "+" + text[2:]
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        raise NoMobileNumber
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        raise NoMobileNumber from None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        raise NoMobileNumber
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0B: "+"}

"""Identity document numbers: resident ID (GB 11643-1999), residence permits and travel documents.

Our own checker, since `stdnum.cn.ric` refuses numbers of abolished counties (python-stdnum#442), of
Hong Kong, Macao and Taiwan residents' permits and of foreigners' permanent residence cards. Only what
the number itself proves is an error (form, check character, date); an unknown region is a warning.

Which document a number is of shows in its form, or is named (by a column of a list, or by a person). A named
document is stricter: the number must have that very form, and forms that say little alone are allowed.
"""

import datetime
import re
from enum import StrEnum
from functools import lru_cache
from operator import mul

from stdnum import numdb

from vault.formats import mrz
from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.dates import today
from vault.formats.text import compact

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_LEGACY = re.compile(r"[0-9]{15}")
_LETTERED_CARD = re.compile(
    r"[A-Z]{3}[0-9]{4}([0-9]{6})[0-9]{2}"
)  # nationality, region, birth, serial, check
_HOME_RETURN = re.compile(r"([HM][0-9]{8})(?:[0-9]{2})?")  # the last two count the renewals
_TAIWAN_PERMIT = re.compile(r"[0-9]{8}")
_PASSPORT = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*[0-9]){5})[A-Z0-9]{6,9}|[0-9]{9}")
_NAMED_PASSPORT = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{6,9}")
# Ordinary, with two letters, diplomatic, service and public-affairs passports; Hong Kong's and Macao's.
_CHINESE_PASSPORT = re.compile(
    r"(?:[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E?[0-9]{7}|K[0-9]{8}|KJ[0-9]{7}|M[AB][0-9]{7})"
)
_RESIDENCE_PERMITS = ("810000", "820000", "830000")
_EARLIEST = "18800101"
_NO_CHECK = "id.foreign_passport"


class Document(StrEnum):
    RESIDENT = "resident"
    LEGACY = "legacy"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGNER = "foreigner"
    FOREIGNER_LETTERED = "foreigner_lettered"
    HOME_RETURN = "home_return"
    TAIWAN_PERMIT = "taiwan_permit"
    PASSPORT = "passport"


# A word names a group of forms: "身份证" is on a card of 18 digits and on an old one of 15.
_SAME_WORD = {
    Document.RESIDENT: (Document.RESIDENT, Document.LEGACY, Document.HK_MACAO_TAIWAN),
    Document.FOREIGNER: (Document.FOREIGNER, Document.FOREIGNER_LETTERED),
}
_NUMBERED = (Document.RESIDENT, Document.LEGACY, Document.HK_MACAO_TAIWAN, Document.FOREIGNER)


def normalise(raw: str, *, latest: datetime.date | None = None, named: Document | None = None) -> Checked:
    """The number in upper case without separators; of a passport's machine-readable line, its number.

    Raises FormatError when it is no known document's form, or not the `named` one's, its check character does
    not fit, or its birth date is impossible or in the future.
    """
    latest = latest or today()
    if named in (None, Document.RESIDENT) and plain(raw, latest=digits_of(latest)):
        return Checked(raw)
    return thorough(raw, latest=latest, named=named)


def plain(raw: str, *, latest: str) -> str | None:
    """See `vault.formats`: `raw` when it is a citizen's number of 18 digits. `latest` is YYYYMMDD.

    Three look-ups prove it: a list has few regions and few birthdays, and there are 1,000 serial numbers.
    """
    if len(raw) != 18 or not _EARLIEST <= (born := raw[6:14]) <= latest:
        return None
    region, day, serial = _of_region(raw[:6]), _of_day(born), _SERIALS.get(raw[14:17])
    if region is None or day is None or serial is None:
        return None
    return raw if raw[17] == _CHECK_CHARACTERS[(region + day + serial) % 11] else None


def thorough(raw: str, *, latest: datetime.date, named: Document | None = None) -> Checked:
    """See `normalise`."""
    number = compact(raw)
    if mrz.looks_like(number):
        return _passport_line(number, named)
    kind = document(number, named)
    if kind in _NUMBERED:
        return _numbered(number, kind, latest)
    if kind is Document.TAIWAN_PERMIT and named is None and _is_day(number):
        raise FormatError("id.looks_like_date")
    if kind is Document.FOREIGNER_LETTERED:
        _check_month_and_day(number)
    proves_nothing = kind is not Document.HOME_RETURN and not _CHINESE_PASSPORT.fullmatch(number)
    return Checked(number, (Problem(_warning(kind)),) if proves_nothing else ())


def search_key(raw: str, *, named: Document | None = None) -> str:
    """The number by which its holder is found: 15 digits as the 18 that replaced them, a Home Return Permit
    without the count of its renewals, a passport's machine-readable line as its number."""
    return key_of(normalise(raw, latest=datetime.date.max, named=named).value)


def key_of(number: str) -> str:
    """As `search_key`, of a number that is normalised already."""
    if len(number) == 15:
        return expand(number)
    if len(number) == 11 and (permit := _HOME_RETURN.fullmatch(number)):
        return permit[1]
    return number


def document(number: str, named: Document | None = None) -> Document:
    """Which document a compact number is of. Raises FormatError when none, or not the one that is named."""
    if named is not None:
        return _as_named(number, named)
    if _RESIDENT.fullmatch(number):
        if number.startswith("9"):
            return Document.FOREIGNER
        if number.startswith(_RESIDENCE_PERMITS):
            return Document.HK_MACAO_TAIWAN
        return Document.RESIDENT
    for kind, form in _FORMS:
        if form.fullmatch(number):
            return kind
    raise FormatError("id.form", length=len(number))


_FORMS = (
    (Document.LEGACY, _LEGACY),
    (Document.FOREIGNER_LETTERED, _LETTERED_CARD),
    (Document.HOME_RETURN, _HOME_RETURN),
    (Document.TAIWAN_PERMIT, _TAIWAN_PERMIT),
    (Document.PASSPORT, _PASSPORT),
)


def _as_named(number: str, named: Document) -> Document:
    if named is Document.PASSPORT:
        if _NAMED_PASSPORT.fullmatch(number):
            return named
        raise FormatError("id.not_named")
    try:
        found = document(number)
    except FormatError:
        raise FormatError("id.not_named") from None
    if found is not named and found not in _SAME_WORD.get(named, ()):
        raise FormatError("id.not_named")
    return found


def expand(number: str) -> str:
    """15 digits as the 18 that replaced them (GB 11643-1999: century 19 and a check character)."""
    if len(number) != 15 or not _LEGACY.fullmatch(number):
        return number
    seventeen = number[:6] + "19" + number[6:]
    return seventeen + check_character(seventeen)


def check_character(number: str) -> str:
    """MOD 11-2 (ISO/IEC 7064) over the first 17 digits."""
    return _CHECK_CHARACTERS[_weighed(number[:17]) % 11]


def _weighed(digits: str, place: int = 0) -> int:
    """What digits from a place on (counted from 0) add to the sum that the check character belongs to."""
    return sum(map(mul, map(int, digits), _WEIGHTS[place:]))


_SERIALS = {f"{serial:03}": _weighed(f"{serial:03}", 14) for serial in range(1000)}


@lru_cache(maxsize=8192)
def _of_region(digits: str) -> int | None:
    """What it adds; None unless it is a known region within the mainland, whose numbers are all citizens'."""
    known = digits.isdigit() and digits.isascii() and digits < "7" and _region_known(digits)
    return _weighed(digits) if known else None


@lru_cache(maxsize=65_536)  # every day of 180 years; a day alone is nobody's
def _of_day(digits: str) -> int | None:
    return _weighed(digits, 6) if digits.isdigit() and digits.isascii() and _is_day(digits) else None


def digits_of(day: datetime.date) -> str:
    """YYYYMMDD. `strftime` takes five times as long."""
    return day.isoformat().replace("-", "")


def birth_date(number: str) -> str | None:
    """ISO date inside a normalised number, None where the document has none, or no century."""
    full = expand(number)
    if len(full) != 18:  # every other document's number is shorter
        return None
    return f"{full[6:10]}-{full[10:12]}-{full[12:14]}"


def _numbered(number: str, kind: Document, latest: datetime.date) -> Checked:
    full = expand(number)
    born = full[6:14]
    if not _is_day(born) or not _EARLIEST <= born <= digits_of(latest):
        raise FormatError("id.date")
    if full[17] != check_character(full):
        raise FormatError("id.check_character")
    warnings = []
    if kind is Document.LEGACY:
        warnings.append(Problem("id.legacy"))
    if kind in (Document.RESIDENT, Document.LEGACY) and not _region_known(full[:6]):
        warnings.append(Problem("id.region"))
    return Checked(number, tuple(warnings))


def _passport_line(text: str, named: Document | None) -> Checked:
    if named not in (None, Document.PASSPORT):
        raise FormatError("id.not_named")
    return Checked(mrz.read(text).number)


def _check_month_and_day(number: str) -> None:
    born = number[7:13]
    if not any(_is_day(century + born) for century in ("19", "20")):
        raise FormatError("id.date")


def _warning(kind: Document) -> str:
    return "id.taiwan_permit" if kind is Document.TAIWAN_PERMIT else _NO_CHECK


def _is_day(digits: str) -> bool:
    try:
        datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8192)
def _region_known(region: str) -> bool:
    parts = numdb.get("cn/loc").info(region)
    return len(parts) == 2 and all(properties for _, properties in parts)

"""Identity document numbers: resident ID (GB 11643-1999), residence permits and travel documents.

Our own checker, since `stdnum.cn.ric` refuses numbers of abolished counties (python-stdnum#442), of
Hong Kong, Macao and Taiwan residents' permits and of foreigners' permanent residence cards. Only what
the number itself proves is an error (form, check character, date); an unknown region is a warning.
"""

import datetime
import re
from enum import StrEnum
from functools import lru_cache
from operator import mul

from stdnum import numdb

from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.dates import today
from vault.formats.text import compact

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_LEGACY = re.compile(r"[0-9]{15}")
_HOME_RETURN = re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})")
_PASSPORT = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*[0-9]){5})[A-Z0-9]{6,9}")
_CHINESE_PASSPORT = re.compile(r"(?:[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E?[0-9]{7})")
_RESIDENCE_PERMITS = ("810000", "820000", "830000")
_EARLIEST = datetime.date(1880, 1, 1)


class Document(StrEnum):
    RESIDENT = "resident"
    LEGACY = "legacy"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGNER = "foreigner"
    HOME_RETURN = "home_return"
    PASSPORT = "passport"


def normalise(raw: str, *, latest: datetime.date | None = None) -> Checked:
    """The number in upper case without separators.

    Raises FormatError when it is no known document's form, its check character does not fit, or its
    birth date is impossible or in the future.
    """
    number = compact(raw)
    kind = document(number)
    if kind in (Document.HOME_RETURN, Document.PASSPORT):
        foreign = kind is Document.PASSPORT and not _CHINESE_PASSPORT.fullmatch(number)
        return Checked(number, (Problem("id.foreign_passport"),) if foreign else ())
    full = expand(number)
    _check_birth_date(full, latest or today())
    if full[17] != check_character(full):
        raise FormatError("id.check_character")
    warnings = []
    if kind is Document.LEGACY:
        warnings.append(Problem("id.legacy"))
    if kind in (Document.RESIDENT, Document.LEGACY) and not _region_known(full[:6]):
        warnings.append(Problem("id.region"))
    return Checked(number, tuple(warnings))


def search_key(raw: str) -> str:
    """The normalised number; 15 digits and the 18 that replaced them give the same key."""
    return expand(normalise(raw).value)


def document(number: str) -> Document:
    """Which document a compact number is of. Raises FormatError when none."""
    if _RESIDENT.fullmatch(number):
        if number.startswith("9"):
            return Document.FOREIGNER
        if number.startswith(_RESIDENCE_PERMITS):
            return Document.HK_MACAO_TAIWAN
        return Document.RESIDENT
    if _LEGACY.fullmatch(number):
        return Document.LEGACY
    if _HOME_RETURN.fullmatch(number):
        return Document.HOME_RETURN
    if _PASSPORT.fullmatch(number):
        return Document.PASSPORT
    raise FormatError("id.form", length=len(number))


def expand(number: str) -> str:
    """15 digits as the 18 that replaced them (GB 11643-1999: century 19 and a check character)."""
    if not _LEGACY.fullmatch(number):
        return number
    seventeen = number[:6] + "19" + number[6:]
    return seventeen + check_character(seventeen)


def check_character(number: str) -> str:
    """MOD 11-2 (ISO/IEC 7064) over the first 17 digits."""
    total = sum(map(mul, map(int, number[:17]), _WEIGHTS))
    return _CHECK_CHARACTERS[total % 11]


def birth_date(number: str) -> str | None:
    """ISO date inside a normalised number, None where the document has none."""
    if document(number) in (Document.HOME_RETURN, Document.PASSPORT):
        return None
    full = expand(number)
    return f"{full[6:10]}-{full[10:12]}-{full[12:14]}"


def _check_birth_date(full: str, latest: datetime.date) -> None:
    try:
        born = datetime.date(int(full[6:10]), int(full[10:12]), int(full[12:14]))
    except ValueError:
        raise FormatError("id.date") from None
    if born > latest or born < _EARLIEST:
        raise FormatError("id.date")


@lru_cache(maxsize=8192)
def _region_known(region: str) -> bool:
    parts = numdb.get("cn/loc").info(region)
    return len(parts) == 2 and all(properties for _, properties in parts)

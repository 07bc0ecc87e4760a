"""Dates as they come in sheets; ISO 8601 out."""

import datetime
import re
from functools import lru_cache

from vault.formats.checked import Checked, FormatError
from vault.formats.text import clean

_YEAR_FIRST = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|\.([0-9]{1,2})\.|年([0-9]{1,2})月)([0-9]{1,2})日?"
)
_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})")
_SERIAL = re.compile(r"[0-9]{5}")
_EARLIEST = "1880"
# Day 60 of Excel's 1900 calendar is a 29 February that never was: counting from here is right after it.
_EXCEL_EPOCH = datetime.date(1899, 12, 30)


def normalise(raw: str | datetime.date | int) -> Checked:
    """The date as YYYY-MM-DD, from 2026-01-31, 2026/1/31, 2026年1月31日, 20260131 or a serial of Excel.

    Day and month are never guessed: 01/02/2026 is refused. Raises FormatError.
    """
    if isinstance(raw, datetime.date):
        return Checked(datetime.date(raw.year, raw.month, raw.day).isoformat())
    return thorough(raw) if isinstance(raw, int) or plain(raw) is None else Checked(raw)


def plain(raw: str) -> str | None:
    """See `vault.formats`: `raw` when it is a day in the form that is stored."""
    return raw if len(raw) == 10 and _is_iso_day(raw) else None


@lru_cache(maxsize=65_536)  # every day of 180 years; a day alone is nobody's
def _is_iso_day(raw: str) -> bool:
    try:
        return datetime.date.fromisoformat(raw).isoformat() == raw
    except ValueError:
        return False


def thorough(raw: str | int) -> Checked:
    """See `normalise`."""
    text = _TIME.sub("", clean(str(raw), limit=40))
    if _SERIAL.fullmatch(text):
        return Checked((_EXCEL_EPOCH + datetime.timedelta(days=int(text))).isoformat())
    text = text.replace(" ", "")
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = (int(part) for part in match.groups() if part)
        return Checked(_date(year, month, day).isoformat())
    raise FormatError("date.ambiguous" if _YEAR_LAST.fullmatch(text) else "date.form")


def today() -> datetime.date:
    """The date where it is latest on earth (UTC+14): no one's today counts as the future."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=14))).date()


def birth_date(raw: str | datetime.date | int, *, latest: datetime.date | None = None) -> Checked:
    """As `normalise`, and neither in the future nor before 1880."""
    checked = normalise(raw)
    if not _EARLIEST <= checked.value <= (latest or today()).isoformat():
        raise FormatError("date.birth")
    return checked


def plain_birth_date(raw: str, *, latest: str) -> str | None:
    """See `vault.formats`. `latest` is in ISO form."""
    return raw if _EARLIEST <= raw <= latest and plain(raw) else None


def _date(year: int, month: int, day: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise FormatError("date.impossible") from None

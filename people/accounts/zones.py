"""The time zones to choose from, by the cities that people know them by."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

_CITIES: dict[str, str | Promise] = {
    "Pacific/Honolulu": pgettext_lazy("time zone", "Honolulu"),
    "America/Anchorage": pgettext_lazy("time zone", "Anchorage"),
    "America/Los_Angeles": pgettext_lazy("time zone", "Los Angeles, Vancouver"),
    "America/Denver": pgettext_lazy("time zone", "Denver"),
    "America/Chicago": pgettext_lazy("time zone", "Chicago, Mexico City"),
    "America/New_York": pgettext_lazy("time zone", "New York, Toronto"),
    "America/Sao_Paulo": pgettext_lazy("time zone", "São Paulo"),
    "UTC": pgettext_lazy("time zone", "Coordinated Universal Time"),
    "Europe/London": pgettext_lazy("time zone", "London, Dublin"),
    "Europe/Berlin": pgettext_lazy("time zone", "Berlin, Paris, Madrid"),
    "Europe/Athens": pgettext_lazy("time zone", "Athens, Helsinki"),
    "Africa/Cairo": pgettext_lazy("time zone", "Cairo"),
    "Africa/Johannesburg": pgettext_lazy("time zone", "Johannesburg"),
    "Europe/Moscow": pgettext_lazy("time zone", "Moscow"),
    "Asia/Riyadh": pgettext_lazy("time zone", "Riyadh"),
    "Asia/Dubai": pgettext_lazy("time zone", "Dubai"),
    "Asia/Karachi": pgettext_lazy("time zone", "Karachi"),
    "Asia/Kolkata": pgettext_lazy("time zone", "Mumbai, New Delhi"),
    "Asia/Dhaka": pgettext_lazy("time zone", "Dhaka"),
    "Asia/Bangkok": pgettext_lazy("time zone", "Bangkok, Hanoi, Jakarta"),
    "Asia/Shanghai": pgettext_lazy("time zone", "Beijing, Shanghai"),
    "Asia/Hong_Kong": pgettext_lazy("time zone", "Hong Kong, Macao"),
    "Asia/Taipei": pgettext_lazy("time zone", "Taipei"),
    "Asia/Singapore": pgettext_lazy("time zone", "Singapore, Kuala Lumpur"),
    "Australia/Perth": pgettext_lazy("time zone", "Perth"),
    "Asia/Tokyo": pgettext_lazy("time zone", "Tokyo"),
    "Asia/Seoul": pgettext_lazy("time zone", "Seoul"),
    "Australia/Sydney": pgettext_lazy("time zone", "Sydney, Melbourne"),
    "Pacific/Auckland": pgettext_lazy("time zone", "Auckland"),
}


def zones(kept: str) -> Iterator[tuple[str, str]]:
    """From west to east, as they stand today; `kept`, the person's own, is among them whatever it is."""
    now = timezone.now()
    known = {*_CITIES} | ({kept} & available_timezones())
    for name in sorted(known, key=lambda one: (_offset(one, now), one != "Asia/Shanghai", one)):
        yield name, f"{_words(name, now)} · {_CITIES.get(name, name)}"


def _offset(name: str, now: datetime) -> int:
    offset = now.astimezone(ZoneInfo(name)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def _words(name: str, now: datetime) -> str:
    hours, minutes = divmod(abs(minutes_east := _offset(name, now)), 60)
    return f"UTC{'-' if minutes_east < 0 else '+'}{hours:02}:{minutes:02}"

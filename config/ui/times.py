"""Times in words, in the viewer's zone (the zone that Django has activated for the request)."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def _distance(gap: timedelta) -> tuple[str, int]:
    if gap < _HOUR:
        return "minute", max(1, gap // timedelta(minutes=1))
    if gap < _DAY:
        return "hour", gap // _HOUR
    return "day", gap // _DAY


def in_words(moment: datetime, now: datetime) -> str:
    """How far `moment` is from `now`; a date once it is more than six days away. Both must be aware."""
    gap = abs(now - moment)
    if gap < timedelta(minutes=1):
        return gettext("just now")
    if gap >= 7 * _DAY:
        return date_format(timezone.localtime(moment), "DATE_FORMAT")
    unit, count = _distance(gap)
    if moment <= now:
        words = {
            "minute": ngettext("%(count)d minute ago", "%(count)d minutes ago", count),
            "hour": ngettext("%(count)d hour ago", "%(count)d hours ago", count),
            "day": ngettext("%(count)d day ago", "%(count)d days ago", count),
        }
    else:
        words = {
            "minute": ngettext("in %(count)d minute", "in %(count)d minutes", count),
            "hour": ngettext("in %(count)d hour", "in %(count)d hours", count),
            "day": ngettext("in %(count)d day", "in %(count)d days", count),
        }
    return words[unit] % {"count": count}


def in_full(moment: datetime) -> str:
    """Year to second with the zone's offset: what a log is quoted by."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S %z")


def to_minute(moment: datetime) -> str:
    """Year to minute, the form of table columns."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def to_day(day: date) -> str:
    """Year to day; of a moment, the day it is in the viewer's zone."""
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return local.strftime("%Y-%m-%d")

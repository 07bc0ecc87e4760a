"""Quiet hours and the moments of digests, in a person's own time zone: pure functions over moments.

An hour of digests that a change to summer time skips or repeats is read as PEP 495 does: the skipped one as
the moment that it would have been before the change, the repeated one as its first.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY = 0


def quiet_until(moment: datetime, zone: str, start: time, end: time) -> datetime:
    """The first moment, from `moment` on, that is not quiet: `moment` itself outside of the quiet hours;
    else a full minute.

    Args:
        moment: aware.
        zone: an IANA name.
        start, end: wall clock; a start behind the end spans midnight. `end` itself is not quiet.
    """
    found = moment
    while is_quiet(found, zone, start, end):  # at most a day of minutes, whatever the clock does meanwhile
        found = found.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return found


def is_quiet(moment: datetime, zone: str, start: time, end: time) -> bool:
    """Whether the wall clock shows a quiet hour at the moment."""
    wall = moment.astimezone(ZoneInfo(zone)).time()
    return start <= wall < end if start < end else wall >= start or wall < end


def next_digest(after: datetime, zone: str, hour: int, *, weekly: bool) -> datetime:
    """The first moment behind `after` at which the wall clock shows the hour: of any day, or of a Monday."""
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        found = at_wall(day, time(hour), zone)
        if found > after and (not weekly or day.weekday() == MONDAY):
            return found
        day += timedelta(days=1)


def at_wall(day: date, clock: time, zone: str) -> datetime:
    """The moment, in UTC, at which the wall clock of the zone shows this, for the first time."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)

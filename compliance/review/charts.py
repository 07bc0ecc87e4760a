"""When things happened: a timeline and a heat-map of hour by weekday, counted over the newest that match.

What is counted is bounded twice, in days and in entries, so that the charts of a log of millions cost as
much as those of a small one; where the second bound cuts, the page says so.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from audit.actions import Result
from audit.query import LogFilter, entries
from compliance.review.counting import MOST_ENTRIES

DAYS = 30  # drawn when the reader names no time
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day in the reader's zone."""

    day: date
    count: int
    refused: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """One row of the heat-map: `number` is 1 (Monday) to 7, `hours` counts each of the 24."""

    number: int
    name: str
    hours: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Charts:
    """`since` and `until` are the days drawn, both included; `cut` says that older entries were left out."""

    days: list[DayCount]
    weekdays: list[Weekday]
    total: int
    cut: bool

    @property
    def since(self) -> date:
        return self.days[0].day

    @property
    def until(self) -> date:
        return self.days[-1].day


def charts_of(filters: LogFilter) -> Charts:
    """Both charts in one query. The reader's zone is the current one."""
    zone = ZoneInfo(timezone.get_current_timezone_name())
    since, until = _window(filters)
    counted = _hours(replace(filters, since=since, until=until), zone.key)
    total = sum(count for _, count, _ in counted)
    cut = total >= MOST_ENTRIES
    local = [(hour.astimezone(zone), count, refused) for hour, count, refused in counted]
    per_day: Counter[date] = Counter()
    refused_per_day: Counter[date] = Counter()
    per_hour: Counter[tuple[int, int]] = Counter()
    for hour, count, refused in local:
        per_day[hour.date()] += count
        refused_per_day[hour.date()] += refused
        per_hour[hour.isoweekday(), hour.hour] += count
    first = min(per_day) if cut else since.astimezone(zone).date()
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    wanted = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return Charts(
        days=[DayCount(day, per_day[day], refused_per_day[day]) for day in wanted],
        weekdays=[
            Weekday(day, str(WEEKDAYS[day - 1]), [(hour, per_hour[day, hour]) for hour in range(24)])
            for day in range(1, 8)
        ],
        total=total,
        cut=cut,
    )


def _window(filters: LogFilter) -> tuple[datetime, datetime]:
    """The end that was asked for, or now; and as far back as was asked for, at most MOST_DAYS."""
    until = min(filter(None, (filters.until, _tomorrow())))
    since = filters.since or until - timedelta(days=DAYS)
    if since >= until:
        since = until - timedelta(days=1)
    return max(since, until - timedelta(days=MOST_DAYS)), until


def _tomorrow() -> datetime:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _hours(filters: LogFilter, zone: str) -> list[tuple[datetime, int, int]]:
    """(hour, entries, of these refused) of the newest MOST_ENTRIES that match."""
    newest = entries(filters).order_by("-at").values("at", "result")[:MOST_ENTRIES]
    inner, given = newest.query.sql_with_params()
    # The inner text is Django's own, with its values beside it; nothing that anybody typed stands in it.
    text = (
        "select date_trunc('hour', at, %s), count(*), count(*) filter (where result = %s)"  # noqa: S608
        f" from ({inner}) as newest group by 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [zone, Result.REFUSED.value, *given])
        return list(cursor.fetchall())

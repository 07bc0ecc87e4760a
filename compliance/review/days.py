"""Entries a day: the quiet chart above a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.actions import Result
from audit.models import LogEntry
from people.charts import Bars, drawn

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    count: int
    refused: int


def days_of(found: QuerySet[LogEntry], *, last: date | None = None) -> list[Day]:
    """The `DAYS` days up to `last` (today) in the reader's zone, days without an entry too. One query."""
    last = last or timezone.localdate()
    first = last - timedelta(days=DAYS - 1)
    rows = (
        found.order_by()
        .filter(at__gte=timezone.make_aware(datetime.combine(first, time.min)))
        .annotate(day=TruncDate("at"))
        .values_list("day")
        .annotate(count=Count("pk"), refused=Count("pk", filter=Q(result=Result.REFUSED)))
    )
    counted = {row[0]: Day(*row) for row in rows}
    wanted = [first + timedelta(days=step) for step in range(DAYS)]
    return [counted.get(day, Day(day, 0, 0)) for day in wanted]


def day_bars(days: Sequence[Day]) -> Bars:
    """The days as bars; what was refused is the marked part."""
    words = _("%(day)s · entries: %(count)d, of these refused: %(refused)d")
    return drawn(
        [
            (
                words % {"day": date_format(one.day), "count": one.count, "refused": one.refused},
                one.count,
                one.refused,
            )
            for one in days
        ],
        first=date_format(days[0].day, "MONTH_DAY_FORMAT"),
        last=date_format(days[-1].day, "MONTH_DAY_FORMAT"),
    )

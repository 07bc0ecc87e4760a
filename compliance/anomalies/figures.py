"""What the pages count: false alarms of each rule, what is usual for somebody, hits by day and person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.anomalies.codes import DECIDED, WAITING, State
from compliance.anomalies.models import Finding, Trial
from people.charts import Bars, drawn

SHOWN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Record:
    """How a rule did in the last 90 days."""

    decided: int = 0
    false: int = 0
    waiting: int = 0
    muted: int = 0

    @property
    def rate(self) -> int | None:
        """False alarms among the decided, in percent; None where nothing was decided."""
        return round(100 * self.false / self.decided) if self.decided else None


def records() -> dict[str, Record]:
    """By rule. One query."""
    since = timezone.now() - SHOWN
    decided = Q(state__in=DECIDED, decided_at__gte=since)
    rows = Finding.objects.order_by().values_list("rule")
    counted = rows.annotate(
        decided=Count("pk", filter=decided),
        false=Count("pk", filter=decided & Q(state=State.FALSE_ALARM)),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        muted=Count("pk", filter=Q(state=State.MUTED, found_at__gte=since)),
    )
    return {row[0]: Record(*row[1:]) for row in counted}


def trial_bars(trial: Trial) -> Bars:
    """Hits a day."""
    hits = Counter(date.fromisoformat(hit[1]) for hit in trial.hits)
    days = [trial.first + timedelta(days=step) for step in range(trial.days)]
    words = _("%(day)s · hits: %(count)d")
    return drawn(
        [(words % {"day": date_format(day), "count": hits[day]}, hits[day], 0) for day in days],
        first=date_format(days[0], "MONTH_DAY_FORMAT"),
        last=date_format(days[-1], "MONTH_DAY_FORMAT"),
    )


def trial_people(trial: Trial) -> Sequence[tuple[str, int]]:
    """About whom, how often; the most first."""
    return Counter(hit[0] for hit in trial.hits).most_common()

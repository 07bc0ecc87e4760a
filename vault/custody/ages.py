"""How old keys are, drawn: data keys by the month they were made in, compartment keys by the week."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.charts import Bars, drawn
from vault.keys import inventory

MONTHS, WEEKS = 24, 26
EPOCH = timedelta(days=90)  # how long destroyed keys may live on in old copies of the keyring


@dataclass(frozen=True, slots=True)
class Ages:
    """A drawing, and the same as rows of (time, count, how many are marked); `sampled`: an estimate."""

    bars: Bars
    rows: list[tuple[str, int, int]]
    total: int
    marked: int
    sampled: bool = False


def data_key_ages() -> Ages:
    """Live data keys by the month they were made; the first bar holds everything older. One query."""
    counts: Counter[date] = Counter()
    sampled = False
    for row in inventory.made_by_month():
        counts[row.month] += row.keys
        sampled = sampled or row.sampled
    this = timezone.localdate().replace(day=1)
    steps = [_months_before(this, step) for step in range(MONTHS - 1, -1, -1)]
    labels = {step: date_format(step, "YEAR_MONTH_FORMAT") for step in steps}
    return _ages(counts, labels, marked_before=date.min, sampled=sampled)


def compartment_key_ages() -> Ages:
    """Compartment keys in force by the week they were made, those older than an epoch marked. One query."""
    today = timezone.localdate()
    this = today - timedelta(days=today.weekday())
    steps = [this - timedelta(weeks=step) for step in range(WEEKS - 1, -1, -1)]
    labels = {step: date_format(step) for step in steps}
    return _ages(Counter(dict(inventory.compartments_by_week())), labels, marked_before=today - EPOCH)


def _ages(
    counts: Mapping[date, int], labels: Mapping[date, str], *, marked_before: date, sampled: bool = False
) -> Ages:
    """`labels` names the steps by rising time; what is older than the first falls into it."""
    steps = list(labels)
    falling: Counter[date] = Counter()
    for moment, count in counts.items():
        falling[steps[max(bisect_right(steps, moment) - 1, 0)]] += count
    older = {steps[0]: _("%(time)s and before") % {"time": labels[steps[0]]}}
    rows = [
        (older.get(step, labels[step]), falling[step], falling[step] if step < marked_before else 0)
        for step in steps
    ]
    words = [
        (
            ngettext("%(time)s: %(count)d key", "%(time)s: %(count)d keys", count)
            % {"time": label, "count": count},
            count,
            marked,
        )
        for label, count, marked in rows
    ]
    return Ages(
        drawn(words, first=rows[0][0], last=rows[-1][0]),
        [row for row in rows if row[1]],
        sum(falling.values()),
        sum(row[2] for row in rows),
        sampled,
    )


def _months_before(first: date, step: int) -> date:
    months = first.year * 12 + first.month - 1 - step
    return date(months // 12, months % 12 + 1, 1)

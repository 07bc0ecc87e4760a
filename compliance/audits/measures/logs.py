"""Measures over the log, the watch, the proofs and the keys."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from audit.actions import Action, Result
from audit.checkpoints import store
from audit.models import LogEntry
from compliance.anomalies.codes import WAITING
from compliance.anomalies.models import Finding
from compliance.audits.measures.base import NEVER, Answer, Period
from compliance.proofs import health
from compliance.review.coverage import joined_up
from compliance.review.explaining import explain
from compliance.review.models import Sample, SampleState, SignOff
from compliance.tree.alarms import TREE
from vault.custody.ages import EPOCH
from vault.custody.models import RecoveryDrill
from vault.keys import inventory

WAITS_LONG = timedelta(days=14)
COMPARED_WITHIN = timedelta(days=7)
DRILL_WITHIN = timedelta(days=365)
MOST_UNEXPLAINED = 50  # percent of the reveals
_STEP = 1000


def log_signed(period: Period) -> Answer:
    """Months of the period in which every moment lies in a sign-off of the whole log, by whomever."""
    whole = [one for one in _signed(period) if set(QueryDict(one.address)) <= {"since", "until"}]
    covered = joined_up((one.since, one.until) for one in whole)
    months = list(_months(period))
    signed = [one for one in months if any(first <= one[0] and one[1] <= last for first, last in covered)]
    figures = {"months": len(months), "signed": len(signed), "unsigned": len(months) - len(signed)}
    return Answer(figures, len(signed) == len(months), tuple(one.pk for one in whole))


def _signed(period: Period) -> list[SignOff]:
    return list(SignOff.objects.filter(since__lt=period.until, until__gt=period.since))


def _months(period: Period) -> Iterator[tuple[datetime, datetime]]:
    """The beginning and the end of each month, as far as it lies in the period."""
    house = ZoneInfo(settings.TIME_ZONE)
    at = period.first
    while at <= period.last:
        following = date(at.year + at.month // 12, at.month % 12 + 1, 1)
        end = min(datetime.combine(following, time.min, house), period.until)
        yield datetime.combine(at, time.min, house), end
        at = following


def samples_unanswered(period: Period) -> Answer:
    """Samples drawn in the period that nobody answered in time."""
    drawn = Sample.objects.filter(draw__drawn_at__gte=period.since, draw__drawn_at__lt=period.until)
    late = drawn.filter(state=SampleState.ASKED, due_at__lte=timezone.now())
    ids = tuple(late.values_list("pk", flat=True))
    return Answer({"drawn": drawn.count(), "unanswered": len(ids)}, not ids, ids)


def findings_waiting(period: Period) -> Answer:
    """Findings of the watch that have waited for more than 14 days."""
    found = Finding.objects.filter(found_at__gte=period.since, found_at__lt=period.until)
    late = found.filter(state__in=WAITING, found_at__lte=timezone.now() - WAITS_LONG)
    ids = tuple(late.values_list("pk", flat=True))
    return Answer({"found": found.count(), "waiting": len(ids)}, not ids, ids)


def reveals_unexplained(period: Period) -> Answer:
    """Reveals that no follow-up, approval or stage explains (`compliance.review.explaining`)."""
    reveals = LogEntry.objects.filter(
        action=Action.CLIENT_REVEAL, result=Result.DONE, at__gte=period.since, at__lt=period.until
    )
    walk = reveals.order_by("at", "id").defer("leaf").iterator(chunk_size=_STEP)
    count, unexplained = 0, []
    while part := list(islice(walk, _STEP)):
        told = explain(part)
        count += len(part)
        unexplained += [one.pk for one in part if one.pk not in told]
    share = round(100 * len(unexplained) / count) if count else 0
    figures = {"reveals": count, "unexplained": len(unexplained), "percent": share}
    return Answer(figures, share <= MOST_UNEXPLAINED, tuple(unexplained))


def log_compared(period: Period) -> Answer:
    """Comparisons of the log with its tree: none failed, the last good one a week old at most."""
    made = LogEntry.objects.filter(
        object_id=TREE, action=Action.LOG_COMPARE, at__gte=period.since, at__lt=period.until
    )
    failed = tuple(made.filter(result=Result.FAILED).values_list("pk", flat=True))
    last = made.filter(result=Result.DONE).order_by("-at").values_list("at", flat=True).first()
    days = (period.until - last).days if last else NEVER
    figures = {"comparisons": made.count(), "failed": len(failed), "days_since": days}
    return Answer(figures, not failed and days <= COMPARED_WITHIN.days, failed)


def recovery_drill(period: Period) -> Answer:
    """Rehearsals of the recovery of the root keys: a good one within the year before the period's end."""
    drills = RecoveryDrill.objects.filter(at__lt=period.until)
    recent = drills.filter(at__gte=period.until - DRILL_WITHIN)
    last = drills.filter(passed=True).order_by("-at").values_list("at", flat=True).first()
    days = (period.until - last).days if last else NEVER
    figures = {"drills": recent.count(), "passed": recent.filter(passed=True).count(), "days_since": days}
    return Answer(figures, days <= DRILL_WITHIN.days)


def keys_old(period: Period) -> Answer:
    """Compartment keys in force that are older than an epoch of the keyring."""
    today = timezone.localdate()
    weeks = inventory.compartments_by_week()
    older = sum(count for week, count in weeks if week < today - EPOCH)
    return Answer({"keys": sum(count for _week, count in weeks), "older": older}, not older)


def checkpoints(period: Period) -> Answer:
    """Places outside the database that hold signed checkpoints: none late, none differing."""
    states = health.states()
    late, wrong = sum(one.is_late for one in states), sum(one.is_wrong for one in states)
    alarms, signed = len(health.standing()), store.latest() is not None
    figures = {"sinks": len(states), "late": late, "wrong": wrong, "alarms": alarms, "signed": int(signed)}
    return Answer(figures, signed and bool(states) and not (late or wrong or alarms))

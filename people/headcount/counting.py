"""Counting the people whose data the house keeps, and comparing with the numbers of the law.

Upper layers name what counts them. Counted once a day by the clock and kept: pages read the newest row,
however many clients there are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.headcount.models import REACHED_AT, WITHIN, Crossing, HeadCount, Mark
from people.notices.services import holders, notify
from people.workdays import after

REACHED, OVERDUE = "headcount.reached", "headcount.overdue"


@dataclass(frozen=True, slots=True)
class Heads:
    """`sensitive` are those among `people` with sensitive fields."""

    people: int
    sensitive: int


Counter = Callable[[], Heads]
_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """A second time changes nothing."""
    if counter not in _counters:
        _counters.append(counter)


@transaction.atomic
def count() -> HeadCount:
    """Today's count, and what follows from it. Safe to run again: the day has one row."""
    found = [counter() for counter in _counters]
    people, sensitive = sum(one.people for one in found), sum(one.sensitive for one in found)
    kept, _new = HeadCount.objects.update_or_create(
        day=timezone.localdate(),
        defaults={"people": people, "sensitive": sensitive, "counted_at": timezone.now()},
    )
    for mark, number in ((Mark.FILING, people), (Mark.SENSITIVE, sensitive)):
        if number >= REACHED_AT[mark]:
            _reached(mark, number)
    for crossing in Crossing.objects.filter(done_on__isnull=True, due_on__lt=timezone.localdate()):
        notify(OVERDUE, holders(OVERDUE), object_id=crossing.pk, key=str(crossing.pk))
    return kept


def _reached(mark: Mark, number: int) -> None:
    today = timezone.localdate()
    crossing, new = Crossing.objects.get_or_create(
        mark=mark, defaults={"crossed_on": today, "count": number, "due_on": after(today, WITHIN)}
    )
    if new:
        log(crossing, Action.HEADCOUNT_REACHED)
        notify(REACHED, holders(REACHED), object_id=crossing.pk, key=str(crossing.pk))


def log(crossing: Crossing, action: Action) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.HEADCOUNT,
            object_id=crossing.pk,
            fields=(f"headcount.{crossing.mark}",),
        )
    )

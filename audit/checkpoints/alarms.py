"""Alarms about checkpoints, kept in the log: who changes the tree cannot change that it was noticed.

One alarm stands for each sink until a later entry ends it; while the same is found nothing is said twice.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.actions import Action, ObjectType, Result
from audit.checkpoints.judging import Found
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry

# The object of these entries, so that the log's index finds them among millions.
WATCH = UUID("3f0c7a52-8a57-4b43-9a5e-0d5d6f1c9b02")
_ACTIONS = (Action.CHECKPOINT_DIFFER, Action.CHECKPOINT_AGREE)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong at a sink, since when; `size` is of the checkpoint that shows it, 0 where none does."""

    sink: str
    found: Found
    size: int
    at: datetime


def standing() -> list[Alarm]:
    """What is not over, oldest first. One query."""
    live: dict[str, Alarm] = {}
    for entry in LogEntry.objects.filter(object_id=WATCH, action__in=_ACTIONS).order_by("at", "id"):
        told = dict(code.split("-", 1) for code in entry.fields)
        if entry.action == Action.CHECKPOINT_DIFFER:
            live[told["sink"]] = Alarm(told["sink"], Found(told["found"]), int(told["size"]), entry.at)
        else:
            live.pop(told["sink"], None)
    return sorted(live.values(), key=lambda one: one.at)


def tell(sink: str, found: Found, size: int) -> None:
    """Note what was found at the sink, where that is news. Raises LogUnavailable, NoOrigin."""
    live = next((one for one in standing() if one.sink == sink), None)
    if found is Found.SAME:
        if live:
            record_read(_entry(Action.CHECKPOINT_AGREE, Result.DONE, sink))
    elif live is None or (live.found, live.size) != (found, size):
        told = (f"found-{found.value}", f"size-{size}")
        record_read(_entry(Action.CHECKPOINT_DIFFER, Result.FAILED, sink, *told))


def _entry(action: Action, result: Result, sink: str, *told: str) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.CHECKPOINT,
        object_id=WATCH,
        fields=(f"sink-{sink}", *told),
        result=result,
    )

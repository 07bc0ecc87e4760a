"""Sending what is new, in order, to each receiver: at least once, and never past what was not acknowledged.

The place moves after the acknowledgement and in a transaction of its own. Killed between the two, the batch
goes out again; every event carries its entry's id, by which the receiver knows it.
"""

from datetime import timedelta
from time import monotonic
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType, Result
from audit.alone import alone
from audit.entry import Entry
from audit.log import record_change
from compliance.stream.batches import MOST, batch
from compliance.stream.failing import NotTaken, pause
from compliance.stream.models import Kind, StreamPlace, Trouble
from compliance.stream.receivers import Receiver

LONGEST = timedelta(seconds=60)  # that one run sends to one receiver; the next goes on


def push(receiver: Receiver, *, most: int = MOST) -> int:
    """Sends until nothing is left, the receiver fails or time is over; how many entries were acknowledged.

    At once back while another worker sends to it, and while a failing one is left alone.
    """
    with alone(uuid5(NAMESPACE_URL, f"sealroom:stream:{receiver.kind}")) as mine:
        place = receiver.place() if mine else None
        if place is None or place.next_try_at > timezone.now():
            return 0
        return _push(receiver, place, most)


def _push(receiver: Receiver, place: StreamPlace, most: int) -> int:
    sent, until = 0, monotonic() + LONGEST.total_seconds()
    while monotonic() < until and (found := batch(place.next_index, most=most)) is not None:
        try:
            if found.entries:
                receiver.send(found)
        except NotTaken as failed:
            _failed(place, failed.trouble)
            break
        sent += len(found.entries)
        _acknowledged(place, found.after)
    return sent


@transaction.atomic
def _acknowledged(place: StreamPlace, after: int) -> None:
    if place.trouble:
        _log(place, Action.STREAM_RESUME, Result.DONE)
    place.next_index, place.acknowledged_at = after, timezone.now()
    place.trouble, place.failing_since, place.attempts = "", None, 0
    place.next_try_at = timezone.now()
    place.save()


@transaction.atomic
def _failed(place: StreamPlace, trouble: Trouble) -> None:
    """One entry when it begins to fail, not one for each attempt."""
    now = timezone.now()
    begins = not place.trouble
    place.trouble, place.failing_since = trouble, place.failing_since or now
    place.attempts += 1
    place.next_try_at = now + pause(place.attempts)
    place.save()
    if begins:
        _log(place, Action.STREAM_FAIL, Result.FAILED)


def _log(place: StreamPlace, action: Action, result: Result) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.STREAM,
            object_id=None,
            reason=place.trouble,
            result=result,
            fields=(f"stream.{Kind(place.kind).value}",),
        )
    )

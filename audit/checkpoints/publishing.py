"""Bringing checkpoints to the sinks, each at its own pace and from its own place."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from audit.checkpoints import places, published, store
from audit.checkpoints.keys import generation_of
from audit.checkpoints.sinks import Sink, SinkDown, configured
from audit.checkpoints.sinks.base import day_of, name_of

CATCH_UP = 1000  # checkpoints that a sink gets at a time, where it takes all
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)

logger = logging.getLogger(__name__)


def publish() -> None:
    """Bring each sink what it is due. One that fails keeps its place and holds no other up."""
    newest = store.latest()
    if newest is None:
        return
    generation = generation_of(newest.body.origin)
    for sink in configured():
        if sink.generation != generation:  # where the keys' file is away it is not known which is the log's
            continue
        place, now = places.read(sink.key), timezone.now()
        if newest.size > max(place.size, sink.since) and is_due(sink, place, now):
            _bring(sink, place, newest, now)


def is_due(sink: Sink, place: places.Place, now: datetime) -> bool:
    """After its own time; after a failure again when a part of it is over."""
    if place.error and place.tried_at:
        return now - place.tried_at >= min(max(sink.every / 12, _SHORTEST_WAIT), _LONGEST_WAIT)
    return place.put_at is None or now - place.put_at >= sink.every


def _bring(sink: Sink, place: places.Place, newest: store.Checkpoint, now: datetime) -> None:
    waiting = store.after(max(place.size, sink.since), most=CATCH_UP) if sink.takes_all else [newest]
    changes: dict[str, object] = {"tried_at": now, "error": ""}
    for checkpoint in waiting:
        try:
            sink.put(checkpoint)
        except SinkDown as down:
            logger.error("no checkpoint reaches the sink %s: %s", sink.name, down.code)
            changes["error"] = down.code
            break
        published.note(sink.key, day_of(checkpoint), [name_of(checkpoint.size)])
        changes |= {"size": checkpoint.size, "note": checkpoint.note.decode(), "put_at": now}
    places.change(sink.key, **changes)

"""Reading the sinks back and comparing them with the tree: the newest copy each time, the older ones in turn;
and which copies lie there with which were put there, a day each time.

A copy that is wrong is looked at again each time, so that its alarm stands until it is right.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from audit.checkpoints import alarms, places, published, store
from audit.checkpoints.judging import FORBIDS_SIGNING, Found, Known, judged, known, size_of
from audit.checkpoints.sinks import BadCopy, Sink, SinkDown, configured, former
from audit.checkpoints.sinks.base import day_of, name_of

STEP = 20  # older copies compared each time
FRESH = timedelta(minutes=10)  # how old a comparison may be that signing relies on


class _Seen(NamedTuple):
    found: Found
    size: int


def compare_all() -> None:
    """Compare every sink. One that is not reachable is noted as such, and the others are compared."""
    for sink in (*configured(), *former()):
        compare(sink)


def compare(sink: Sink) -> places.Place:
    """Compare one sink; what is wrong becomes an alarm. Raises LogUnavailable, NoOrigin."""
    place, now = places.read(sink.key), timezone.now()
    log = known()
    try:
        newest, note = _newest(sink, place, log)
        older, walked = _older(sink, place, log)
        counted, day = _counted(sink, place)
    except SinkDown as down:
        return places.change(sink.key, error=down.code, tried_at=now)
    worst = min((newest, older, counted), key=_gravity)
    changes: dict[str, object] = {"compared_at": now, "found": worst.found.value}
    changes |= {"walked": walked, "counted": day}
    if note and newest.size > place.size:
        changes |= {"size": newest.size, "note": note.decode()}
    place = places.change(sink.key, **changes)
    alarms.tell(sink.key, worst.found, 0 if worst.found is Found.SAME else worst.size)
    return place


def forbidding(now: datetime) -> tuple[str, Found, int] | None:
    """The first sink whose newest checkpoint this tree does not contain: its name, what is wrong, its size.

    The file is read each time; another sink where nobody did within FRESH, which is so after a restore of the
    home, too. One that does not answer is judged by what was last seen of it, and not asked again at once:
    signing must not wait for it each time.
    """
    log = known()
    for sink in (*configured(), *former()):
        place = places.read(sink.key)
        looked = max(filter(None, (place.compared_at, place.tried_at)), default=None)
        if sink.name == "file" or looked is None or now - looked >= FRESH:
            place = compare(sink)
        found = judged(place.note.encode(), log) if place.note else Found.SAME
        if found in FORBIDS_SIGNING:
            return sink.key, found, place.size
    return None


def _newest(sink: Sink, place: places.Place, log: Known) -> tuple[_Seen, bytes | None]:
    try:
        note = sink.newest()
    except BadCopy:
        return _Seen(Found.DAMAGED, place.size), None
    if note is None:
        return _Seen(Found.GONE if place.size else Found.SAME, place.size), None
    found, size = judged(note, log), size_of(note, log) or place.size
    if found is Found.SAME and size < place.size:
        found, size = Found.GONE, place.size
    return _Seen(found, size), note


def _older(sink: Sink, place: places.Place, log: Known) -> tuple[_Seen, str]:
    """What the next older copies show, and up to which all is well; from the beginning again at the end."""
    walked, copies = place.walked, sink.older(place.walked, STEP)
    for mark, note in copies:
        size = _size_in(mark)
        missed = _missed(sink, _size_in(walked), size)
        if missed:
            return _Seen(Found.GONE, missed), walked
        found = judged(note, log) if note else Found.DAMAGED
        if note and found is Found.SAME and size_of(note, log) != size:
            found = Found.DAMAGED
        if found is not Found.SAME:
            return _Seen(found, size), walked
        walked = mark
    return _Seen(Found.SAME, 0), walked if copies else ""


def _counted(sink: Sink, place: places.Place) -> tuple[_Seen, str]:
    """Whether all that was put there on the next day lies there still, and which day that is; after the last
    the first again. A day that lacks one is looked at again each time.

    What was noted is read before the sink is asked, so that a copy that arrives meanwhile is not missed.
    """
    days = sorted({*published.days(sink.key), *sink.days()})
    if not days:
        return _Seen(Found.SAME, 0), ""
    day = next((one for one in days if one > place.counted), days[0])
    noted = published.names(sink.key, day)
    there = sink.names(day)
    missing = sorted({*noted} - {*there})
    if missing:
        return _Seen(Found.GONE, int(missing[0])), place.counted
    _learn(sink, day, {*there} - {*noted})
    return _Seen(Found.SAME, 0), day


def _learn(sink: Sink, day: str, names: set[str]) -> None:
    """Copies of which no note is kept, as after a restore of the house's folder: from now on they are missed
    when they go. Only what was signed counts; whoever slips something else in must not make it be missed.
    """
    signed = store.of_sizes([int(name) for name in names])
    published.note(sink.key, day, [name_of(one.size) for one in signed if day_of(one) == day])


def _missed(sink: Sink, before: int, size: int) -> int | None:
    """A checkpoint between two copies that a sink of all checkpoints lacks."""
    if not sink.takes_all or sink.is_former:
        return None
    between = store.after(max(before, sink.since), most=1)
    return between[0].size if between and between[0].size < size else None


def _size_in(mark: str) -> int:
    return int(mark.rpartition("/")[2]) if mark else 0


def _gravity(seen: _Seen) -> int:
    return list(Found).index(seen.found) or len(Found)

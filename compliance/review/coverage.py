"""What of a stretch an officer has had before their eyes: told by the entries of their own reading.

Each page of the list that was shown left an entry that says which view it was (a digest of the filters) and
between which times its rows lie. Who signs a stretch off has read what these intervals cover, nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from audit.actions import Action, ObjectType, Result
from audit.entry import canonical, timestamp
from audit.models import LogEntry
from audit.query import LogFilter

_VIEW, _FROM, _TO = "view-", "from-", "to-"
_START = datetime(1970, 1, 1, tzinfo=UTC)
Interval = tuple[datetime, datetime]


def view_code(filters: LogFilter) -> str:
    """The same for the same filters, whatever page; it tells nothing of them."""
    said = {
        "actions": sorted(filters.actions),
        **{name: _text(getattr(filters, name)) for name in _NAMES},
    }
    return _VIEW + sha256(canonical(said)).hexdigest()[:32]


_NAMES = ("person", "subject", "deal", "object_id", "result", "request", "since", "until", "weekday", "hour")


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return timestamp(value)
    return None if value is None else str(value)


def covered(filters: LogFilter, shown: Sequence[LogEntry]) -> tuple[str, ...]:
    """The codes that the entry of a reading carries for a page, newest first."""
    if not shown:
        return ()
    return view_code(filters), f"{_FROM}{_micro(shown[-1].at)}", f"{_TO}{_micro(shown[0].at)}"


def read_intervals(reader: UUID, filters: LogFilter) -> list[Interval]:
    """The stretches that the reader had on a page of this view, both ends included, joined and in order."""
    view = view_code(filters)
    readings = LogEntry.objects.filter(
        actor=reader,
        action=Action.LOG_READ,
        result=Result.DONE,
        object_type=ObjectType.LOG,
        fields__contains=[view],
    )
    if filters.since:
        readings = readings.filter(at__gte=filters.since)
    found: list[Interval] = []
    for fields in readings.values_list("fields", flat=True):
        ends = {code[: len(name)]: code[len(name) :] for name in (_FROM, _TO) for code in _with(fields, name)}
        found.append((_time(ends[_FROM]), _time(ends[_TO])))
    return joined_up(found)


def is_read(at: datetime, intervals: Iterable[Interval]) -> bool:
    return any(first <= at <= last for first, last in intervals)


def _with(fields: Iterable[str], name: str) -> list[str]:
    return [code for code in fields if code.startswith(name)]


def joined_up(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for first, last in sorted(intervals):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def _micro(at: datetime) -> int:
    return (at - _START) // timedelta(microseconds=1)


def _time(text: str) -> datetime:
    return _START + timedelta(microseconds=int(text))

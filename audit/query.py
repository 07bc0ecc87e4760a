"""Finding entries: filters that combine, and pages by key, whose cost does not grow with their number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value

from audit.actions import Action, ObjectType, Result
from audit.models import LogEntry

Position = tuple[datetime, UUID]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogFilter:
    """What an entry must match; None or empty matches all.

    Args:
        person: who acted, or on whose behalf.
        subject: whose data it was about.
        since, until: from this moment on, and before that one.
        weekday, hour: 1 (Monday) to 7, and 0 to 23, in the reader's zone.
        without, without_kinds: objects, and kinds of objects, whose entries are not for this reader.
    """

    person: UUID | None = None
    subject: UUID | None = None
    deal: UUID | None = None
    object_id: UUID | None = None
    actions: tuple[Action, ...] = ()
    result: Result | None = None
    request: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    weekday: int | None = None
    hour: int | None = None
    without: frozenset[UUID] = frozenset()
    without_kinds: frozenset[ObjectType] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of entries, newest first; `older` is where the next one begins, None at the end."""

    entries: list[LogEntry]
    older: Position | None


def entries(filters: LogFilter) -> QuerySet[LogEntry]:
    """The entries that match every part of the filter."""
    found = LogEntry.objects.all()
    if filters.person:
        found = found.filter(Q(actor=filters.person) | Q(on_behalf_of=filters.person))
    if filters.subject:
        found = found.filter(subjects__contains=[filters.subject])
    if filters.actions:
        found = found.filter(action__in=filters.actions)
    if filters.since:
        found = found.filter(at__gte=filters.since)
    if filters.until:
        found = found.filter(at__lt=filters.until)
    if filters.weekday is not None:
        found = found.filter(at__iso_week_day=filters.weekday)
    if filters.hour is not None:
        found = found.filter(at__hour=filters.hour)
    if filters.without:
        found = found.exclude(object_id__in=filters.without)
    if filters.without_kinds:
        found = found.exclude(object_type__in=filters.without_kinds)
    exact = {name: getattr(filters, name) for name in ("deal", "object_id", "result", "request")}
    return found.filter(**{name: value for name, value in exact.items() if value})


def by_time(filters: LogFilter) -> tuple[QuerySet[LogEntry], str]:
    """The entries that match, and the name of what they are to be sorted by.

    Whom an entry is about is found by an index that has no order. Where PostgreSQL guesses that a client
    occurs often, it can read the log from its end until a page is full, which for a client of long ago is all
    of it. Sorted by an expression, the few that match are found first.
    """
    found = entries(filters)
    if filters.subject is None:
        return found, "at"
    moment = ExpressionWrapper(F("at") + Value(timedelta(0)), output_field=DateTimeField())
    return found.annotate(moment=moment), "moment"


def page(filters: LogFilter, size: int, *, after: Position | None = None) -> Page:
    """The next `size` entries that match, newest first, older than `after` (a former page's `older`)."""
    found, moment = by_time(filters)
    found = found.order_by(f"-{moment}", "-id")
    if after:
        at, entry = after
        # The first condition bounds the index scan and the partitions; the second settles equal times.
        older = Q(**{f"{moment}__lt": at}) | Q(id__lt=entry)
        found = found.filter(Q(**{f"{moment}__lte": at}), older)
    shown = list(found[: size + 1])
    last = shown[size - 1] if len(shown) > size else None
    return Page(entries=shown[:size], older=(last.at, last.id) if last else None)

"""Finding entries: filters that combine, and pages by key, whose cost does not grow with their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, Result

if TYPE_CHECKING:
    from audit.models import LogEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class LogFilter:
    """What an entry must match; None or empty matches all.

    Args:
        person: who acted, or on whose behalf.
        subject: whose data it was about.
        since, until: from this moment on, and before that one.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of entries, newest first; `older` is where the next one begins, None at the end."""

    entries: "list[LogEntry]"
    older: "tuple[datetime, UUID] | None"


class EntryQuerySet(QuerySet["LogEntry"]):
    """Entries, to be read only."""

    def matching(self, filters: LogFilter) -> Self:
        """The entries that match every part of the filter."""
        found = self
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
        exact = {name: getattr(filters, name) for name in ("deal", "object_id", "result", "request")}
        return found.filter(**{name: value for name, value in exact.items() if value})

    def page(self, size: int, *, after: tuple[datetime, UUID] | None = None) -> Page:
        """The next `size` entries, newest first, older than `after` (a former page's `older`)."""
        found = self.order_by("-at", "-id")
        if after:
            at, entry = after
            # The first condition alone bounds the index scan and the partitions; the second settles equal times.
            found = found.filter(Q(at__lte=at), Q(at__lt=at) | Q(id__lt=entry))
        entries = list(found[: size + 1])
        last = entries[size - 1] if len(entries) > size else None
        return Page(entries=entries[:size], older=(last.at, last.pk) if last else None)

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("log entries are append-only and are written by audit.log")

    create = bulk_create = bulk_update = delete = update = get_or_create = update_or_create = _refuse


def entries(filters: LogFilter) -> EntryQuerySet:
    """The entries that match, newest first."""
    from audit.models import LogEntry

    return LogEntry.objects.matching(filters)

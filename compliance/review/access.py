"""The gate of the log: officers and auditors, whose reading is an entry before a line of it is shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from uuid import UUID

from django.db.models import BinaryField, IntegerField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.query import LogFilter, by_time, entries, page
from audit.refusals import Refused
from compliance.logretention.entries import LeftEntry, left_entry
from compliance.review.charts import Charts, charts_of
from compliance.review.coverage import covered
from compliance.review.lives import ClientLife, DealReaders, PersonDay, client_life, deal_readers, person_day
from people.accounts.models import User
from people.paging import Page, page_of
from people.roles.access import has
from people.roles.permissions import Permission
from people.shielding import hidden_from

PAGE_SIZE = 50
EXPORT_STEP = 1000
NEIGHBOURS = 50


def _require(user: User, permission: Permission, action: Action, entry_id: UUID | None = None) -> None:
    if not has(user, permission):
        raise Refused(ObjectType.LOG, entry_id, action)


def for_reader(user: User, filters: LogFilter) -> LogFilter:
    """The same, without what is kept from this reader: an entry about a report that accuses them, or about a
    case of theirs, would tell them what its pages do not."""
    return replace(filters, without=hidden_from(user))


def read_page(
    user: User, request: HttpRequest, filters: LogFilter, *, kinds: tuple[str, ...]
) -> Page[LogEntry]:
    """One page of entries, newest first. The reading is committed to the log before it is handed out.

    Raises Refused, and LogUnavailable.
    """
    _require(user, Permission.LOG_READ, Action.LOG_READ)
    found, moment = by_time(for_reader(user, filters))
    shown = page_of(request, found, by=f"-{moment}", size=PAGE_SIZE)
    record_read(_reading(Action.LOG_READ, filters, (*kinds, *covered(filters, shown.rows))))
    return shown


def read_charts(user: User, filters: LogFilter, *, kinds: tuple[str, ...]) -> Charts:
    """When the entries happened. The reading is committed to the log before it is handed out.

    Raises Refused, and LogUnavailable.
    """
    _require(user, Permission.LOG_READ, Action.LOG_READ)
    record_read(_reading(Action.LOG_READ, filters, ("charts", *kinds)))
    return charts_of(for_reader(user, filters))


def read_day(user: User, person: UUID, day: date) -> PersonDay:
    """One person's day, whole or its first MOST_A_DAY entries. Raises Refused, and LogUnavailable."""
    _require(user, Permission.LOG_READ, Action.LOG_READ)
    found = person_day(person, day, without=hidden_from(user))
    kinds = ("day", *covered(found.filters, found.entries[::-1]))
    record_read(_reading(Action.LOG_READ, found.filters, kinds))
    return found


def read_life(user: User, client: UUID) -> ClientLife:
    """One client's life in stages, and who saw them. Raises Refused, and LogUnavailable."""
    _require(user, Permission.LOG_READ, Action.LOG_READ)
    record_read(_reading(Action.LOG_READ, LogFilter(subject=client), ("life",)))
    return client_life(client, without=hidden_from(user))


def read_readers(user: User, deal: UUID) -> DealReaders:
    """Who read what of a deal's room. Raises Refused, and LogUnavailable."""
    _require(user, Permission.LOG_READ, Action.LOG_READ)
    record_read(_reading(Action.LOG_READ, LogFilter(deal=deal), ("readers",)))
    return deal_readers(deal)


def read_entry(user: User, entry_id: UUID) -> LogEntry:
    """One entry with its place in the chain. Raises Refused when there is none."""
    _require(user, Permission.LOG_READ, Action.LOG_READ, entry_id)
    link = RawSQL('"log"."entry"."link"', (), output_field=BinaryField())
    epoch = RawSQL('"log"."entry"."epoch"', (), output_field=IntegerField())
    entry = LogEntry.objects.annotate(link=link, epoch=epoch).filter(pk=entry_id).first()
    if entry is None or entry.object_id in hidden_from(user):
        raise Refused(ObjectType.LOG, entry_id, Action.LOG_READ)
    record_read(
        Entry(action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=entry_id, fields=("entry",))
    )
    return entry


def read_left(user: User, entry_id: UUID) -> LeftEntry:
    """An entry that left with its month, as far as the log still knows it.

    Raises Refused when there is none, and LogUnavailable.
    """
    _require(user, Permission.LOG_READ, Action.LOG_READ, entry_id)
    found = left_entry(entry_id)
    if found is None:
        raise Refused(ObjectType.LOG, entry_id, Action.LOG_READ)
    record_read(
        Entry(
            action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=entry_id, fields=("entry", "left")
        )
    )
    return found


def is_there(entry_id: UUID) -> bool:
    """Whether the entry is in the database. Tells nobody anything: what is shown is read through the gate."""
    return LogEntry.objects.filter(pk=entry_id).exists()


def neighbours(user: User, entry: LogEntry) -> list[LogEntry]:
    """The other entries of the same request, in order. For an entry that was read through `read_entry`."""
    if entry.request is None:
        return []
    same = entries(for_reader(user, LogFilter(request=entry.request))).exclude(pk=entry.pk)
    return list(same.order_by("at", "pk")[:NEIGHBOURS])


def note_reading(kind: str, filters: LogFilter | None = None) -> None:
    """That a page about entries is shown: sign-offs and samples. Their own gates have been asked.

    Raises LogUnavailable.
    """
    record_read(_reading(Action.LOG_READ, filters or LogFilter(), (kind,)))


def export_entries(user: User, filters: LogFilter, *, kinds: tuple[str, ...]) -> Iterator[LogEntry]:
    """Every entry that matches, newest first. Their number is committed to the log before the first leaves.

    Entries that commit while the export runs are not part of it: it ends at the counted number.
    """
    _require(user, Permission.LOG_EXPORT, Action.LOG_EXPORT)
    until = min(filter(None, (filters.until, timezone.now())))
    bounded = for_reader(user, replace(filters, until=until))
    count = entries(bounded).count()
    record_read(_reading(Action.LOG_EXPORT, filters, (*kinds, f"count.{count}")))
    return islice(_walk(bounded), count)


def _walk(filters: LogFilter) -> Iterator[LogEntry]:
    after = None
    while True:
        part = page(filters, EXPORT_STEP, after=after)
        yield from part.entries
        if part.older is None:
            return
        after = part.older


def _reading(action: Action, filters: LogFilter, kinds: tuple[str, ...]) -> Entry:
    """Whose entries were read is said by id; of the other filters, only which were set."""
    about = tuple(filter(None, (filters.person, filters.subject)))
    return Entry(
        action=action,
        object_type=ObjectType.LOG,
        object_id=None,
        subjects=about,
        deal=filters.deal,
        fields=kinds,
    )

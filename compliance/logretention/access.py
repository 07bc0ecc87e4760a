"""The gate of the log's retention: who reads the log sees its months and may take a bundle; officers change
things."""

from datetime import date
from pathlib import Path

from audit.actions import Action, ObjectType
from audit.dropped import month_of
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from compliance.conduct.access import first_about
from compliance.logretention import bundles
from compliance.logretention.models import LogMonth
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission


def note_reading() -> None:
    """Reading is an entry. Raises LogUnavailable."""
    record_read(
        Entry(action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=None, fields=("retention",))
    )


def get_month(user: User, month: date) -> LogMonth:
    """A month to be asked about. Raises Refused."""
    row = LogMonth.objects.filter(pk=month).first() if has(user, Permission.RETENTION_MANAGE) else None
    if row is None:
        raise Refused(ObjectType.LOG, None, Action.LOG_DROP_ORDER)
    return row


def bundles_before(user: User) -> date | None:
    """The first month whose bundle is kept from this person, since a case about their conduct was open in it;
    None: none is."""
    first = first_about(user)
    return None if first is None else month_of(first)


def take_bundle(user: User, month: date) -> Path:
    """The file, its taking recorded. Raises Refused: there is none, or not for this person;
    LogUnavailable."""
    row = LogMonth.objects.filter(pk=month).first() if has(user, Permission.LOG_READ) else None
    before = bundles_before(user)
    if row is None or not bundles.is_there(row) or (before is not None and row.month >= before):
        raise Refused(ObjectType.LOG, None, Action.LOG_EXPORT)
    record_read(
        Entry(
            action=Action.LOG_EXPORT,
            object_type=ObjectType.LOG,
            object_id=None,
            fields=("evidence", "month", f"count.{row.entries}", f"month.{row.code}"),
        )
    )
    return bundles.path_of(row)

"""Alarms about the tree, kept in the log: a stall, and a difference between entries and leaves.

A stall is told once for each transaction that holds the tree up, and for each session that has the
sequencer's lock. The names in an entry are those of logins and databases of the server, as far as they are
codes; the day's page names them whole.
"""

import logging
import re
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.tree.locking import LockHolder, blamed
from audit.tree.watching import Comparison, Holder, Stall, compare, stall

# The object of these entries, so that the log's index finds them among millions.
TREE = UUID("b0f4a7d2-58f1-4f5c-9c0e-2f6d1b7a9e44")
_LOCK = "lock"  # in an entry about the sequencer's lock; the others are about transactions
_CODE = re.compile(r"[a-z0-9._-]{1,48}", re.ASCII)

logger = logging.getLogger(__name__)


def watch() -> None:
    """Tell of what holds the tree up, if something has for half a minute. Raises LogUnavailable, NoOrigin."""
    found = stall()
    if found is not None:
        tell(found)
        tell_lock(blamed(found))


def tell(found: Stall) -> None:
    """Note each transaction that holds the tree up, where that is news. Raises LogUnavailable, NoOrigin."""
    for holder in found.holders:
        fields = _codes(holder)
        if fields != _last_stall(by_lock=False):
            logger.error(
                "the tree waits for a transaction: process %s, login %s, database %s, since %s",
                *(holder.pid or "none (prepared)", holder.login, holder.database, holder.since),
            )
            record_read(_entry(Action.LOG_STALL, fields, failed=True))


def tell_lock(holders: tuple[LockHolder, ...]) -> None:
    """Note each session that has the sequencer's lock, if that is news. Raises LogUnavailable, NoOrigin."""
    for holder in holders:
        began = int(holder.began.timestamp()) if holder.began else 0
        names = _names(holder.login, holder.database)
        fields = (_LOCK, f"pid-{holder.pid or 0}", f"session-{began}", *names)
        if fields != _last_stall(by_lock=True):
            logger.error(
                "the tree waits for the sequencer's lock: process %s, login %s, database %s, since %s",
                *(holder.pid or "none (prepared)", holder.login, holder.database, holder.since),
            )
            record_read(_entry(Action.LOG_STALL, fields, failed=True))


def compare_tree() -> Comparison:
    """Compare entries and leaves, and leave the result in the log. Raises LogUnavailable, NoOrigin."""
    found = compare()
    fields: tuple[str, ...] = (
        f"leaves-{found.leaves}",
        f"missing-{found.missing}",
        f"strange-{found.strange}",
    )
    if found.differ:
        logger.error(
            "the tree is not the log: %d entries missing, %d strange leaves", found.missing, found.strange
        )
        fields += tuple(f"missing.{one}" for one in found.named_missing)
        fields += tuple(f"strange.{one}" for one in found.named_strange)
    record_read(_entry(Action.LOG_COMPARE, fields, failed=bool(found.differ)))
    return found


def last_comparison() -> LogEntry | None:
    """The entry of the last comparison."""
    return LogEntry.objects.filter(object_id=TREE, action=Action.LOG_COMPARE).order_by("at", "id").last()


def _last_stall(*, by_lock: bool) -> tuple[str, ...] | None:
    told = LogEntry.objects.filter(object_id=TREE, action=Action.LOG_STALL)
    of_lock = Q(fields__contains=[_LOCK])
    entry = told.filter(of_lock if by_lock else ~of_lock).order_by("at", "id").last()
    return tuple(entry.fields) if entry else None


def _codes(holder: Holder) -> tuple[str, ...]:
    return (f"xact-{holder.xact}", f"pid-{holder.pid or 0}", *_names(holder.login, holder.database))


def _names(login: str, database: str) -> Iterator[str]:
    for kind, name in (("login", login), ("database", database)):
        if _CODE.fullmatch(name):
            yield f"{kind}-{name}"


def _entry(action: Action, fields: tuple[str, ...], *, failed: bool) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.LOG,
        object_id=TREE,
        fields=fields,
        result=Result.FAILED if failed else Result.DONE,
    )

"""Alarms about the tree, kept in the log: a stall, and a difference between entries and leaves.

A stall is told once for each transaction that holds the tree up. The names in an entry are those of logins
and databases of the server, as far as they are codes; the day's page names them whole.
"""

import logging
import re
from uuid import UUID

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.tree.watching import Comparison, Holder, Stall, compare, stall

# The object of these entries, so that the log's index finds them among millions.
TREE = UUID("b0f4a7d2-58f1-4f5c-9c0e-2f6d1b7a9e44")
_CODE = re.compile(r"[a-z0-9._-]{1,48}", re.ASCII)

logger = logging.getLogger(__name__)


def watch() -> None:
    """Tell of what holds the tree up, if something has for half a minute. Raises LogUnavailable, NoOrigin."""
    found = stall()
    if found is not None:
        tell(found)


def tell(found: Stall) -> None:
    """Note each transaction that holds the tree up, where that is news. Raises LogUnavailable, NoOrigin."""
    for holder in found.holders:
        fields = _codes(holder)
        if fields != _last_stall():
            logger.error(
                "the tree waits for a transaction: process %s, login %s, database %s, since %s",
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


def _last_stall() -> tuple[str, ...] | None:
    entry = LogEntry.objects.filter(object_id=TREE, action=Action.LOG_STALL).order_by("at", "id").last()
    return tuple(entry.fields) if entry else None


def _codes(holder: Holder) -> tuple[str, ...]:
    names = (
        f"{kind}-{name}"
        for kind, name in (("login", holder.login), ("database", holder.database))
        if _CODE.fullmatch(name)
    )
    return (f"xact-{holder.xact}", f"pid-{holder.pid or 0}", *names)


def _entry(action: Action, fields: tuple[str, ...], *, failed: bool) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.LOG,
        object_id=TREE,
        fields=fields,
        result=Result.FAILED if failed else Result.DONE,
    )

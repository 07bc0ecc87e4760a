"""Who keeps the lock under which the tree grows, which any login of the database can take."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from audit.tree.watching import STALLED, Stall

_HOLDERS = "select pid, login, database, since, began from log.lock_holders()"


@dataclass(frozen=True, slots=True)
class LockHolder:
    """A session that has the lock, or a prepared transaction (`pid` is None).

    `since` is when its transaction began, else when the session did, which is `began`; both are None where
    the log's owner may not see it (config/database/roles.sql).
    """

    pid: int | None
    login: str
    database: str
    since: datetime | None
    began: datetime | None


def lock_holders() -> tuple[LockHolder, ...]:
    """Who has it now: one, or none."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS)
        return tuple(LockHolder(*row) for row in cursor.fetchall())


def blamed(found: Stall) -> tuple[LockHolder, ...]:
    """Who has the lock while the tree stands still.

    A round that is under way has it, too, each second: where a transaction is known that entries wait for,
    only who has had it for STALLED is named beside it.
    """
    holders = lock_holders()
    if not found.holders:
        return holders
    return tuple(one for one in holders if one.since is None or one.since <= timezone.now() - STALLED)

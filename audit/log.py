"""Writing to the log. All writing goes through these functions.

* A change and its entry are one transaction: `record_change`.
* A read commits its entry before a byte leaves: `record_read`. So does a refusal, which a rollback of the
  refused request must not erase: `record_refusal`.

Each returns the id of the entry, by which the keyring releases the keys that the entry names.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from audit import grouping, heads
from audit.actions import Result
from audit.coverage import noted
from audit.entry import Entry, Stamped
from audit.grouping import LogUnavailable
from audit.origin import current_origin
from audit.rows import insert, row

__all__ = ["LogUnavailable", "record_change", "record_read", "record_read_many", "record_refusal"]


def record_change(entry: Entry) -> UUID:
    """Write the entry in the transaction of the change that it records.

    Raises:
        TransactionManagementError: there is no transaction, so the two could part.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a change and its log entry need one transaction: use atomic()"
        )
    stamped = Stamped(entry, current_origin())
    noted()
    with connection.connection.cursor() as cursor:  # the driver's own; Django's costs 20 µs
        head = insert(cursor, [row(stamped)])
    transaction.on_commit(partial(heads.note, head))
    return stamped.id


def record_read(entry: Entry) -> UUID:
    """Commit the entry, now and whatever becomes of the caller's transaction.

    Raises:
        LogUnavailable: it is not committed; nothing may be read out.
    """
    return record_read_many([entry])[0]


def record_read_many(entries: Sequence[Entry]) -> list[UUID]:
    """Commit the entries of one large read (see `audit.entry.split`); they share the request's id.

    Raises:
        LogUnavailable: not all of them are committed; nothing may be read out.
    """
    origin = current_origin()
    stamped = [Stamped(entry, origin) for entry in entries]
    grouping.submit(row(one) for one in stamped)
    noted()
    return [one.id for one in stamped]


def record_refusal(entry: Entry) -> UUID:
    """Commit that the action was refused. Raises LogUnavailable as `record_read` does."""
    return record_read(replace(entry, result=Result.REFUSED))

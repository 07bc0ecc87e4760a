"""A month leaves: looked at each night, asked for by an officer, agreed to by a second one, carried out by
the worker.

Nothing leaves that two people have not seen. What they agreed to is an entry that names the month, the
number of its entries and the digest of its bundle; the database lets go no other (log.drop_month).
"""

import logging
from datetime import date, timedelta
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.actions import Action, ObjectType, Result
from audit.alone import alone
from audit.checkpoints import store as checkpoints
from audit.dropped import leaves_code
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from audit.tree import store as tree
from compliance.logretention import bundles, months
from compliance.logretention.keeping import kept
from compliance.logretention.models import LogMonth, Trouble
from compliance.logretention.policy import policy
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.models import State as ApprovalState
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission
from vault.keys.store import details_in

DROP = "log.drop"
LATER = {"55P03", "40P01"}  # the log was in use: lock_not_available, deadlock_detected
COMPLETE = timedelta(days=1)  # after its end a month gets no entry more
REFUSED = "LR"  # log.check_drop
_LEAVING = UUID("5b1e9a30-6d0c-4c1e-8c55-91f6a2d3b705")

logger = logging.getLogger(__name__)


def look() -> None:
    """Bring what is known of every month up to date, and bundle what may leave. Safe to run twice, and to be
    killed. No month waits for another one.
    """
    now, rule = timezone.now(), policy()
    gone = {one.month for one in months.left_months()}
    for row in LogMonth.objects.filter(pk__in=gone):
        _watch_over(row)
    for month in months.partitions():
        if months.bounds(month)[0] > now:
            break
        row, is_new = LogMonth.objects.get_or_create(pk=month)
        if row.ordered is not None:
            continue
        is_due = rule.is_due(month, now)
        if is_new or is_due or row.looked_at < months.bounds(month)[1] + COMPLETE:
            row.entries = months.count(month)
        row.looked_at = now
        row.kept = kept(month, rule, now) if is_due else None
        row.trouble, row.details = "", details_in(month)
        row.save(update_fields=["entries", "looked_at", "kept", "trouble", "details"])
        if row.kept == {}:
            _bundle(row)


def ask(*, actor: User, month: date, words: str) -> ApprovalRequest:
    """Ask a second officer. Raises Refused, CannotCarryOut, ValidationError for the words."""
    require(actor, Permission.RETENTION_MANAGE)
    row = LogMonth.objects.filter(pk=month, ordered__isnull=True).first()
    if row is None or not row.is_ready:
        raise Refused(ObjectType.LOG, None, Action.LOG_DROP_ORDER)
    return request_approval(actor=actor, action=DROP, params=params_of(row), reason=words)


def params_of(row: LogMonth) -> dict[str, str | int]:
    return {
        "month": row.code,
        "entries": row.entries,
        "bundle": digest_code(row),
        "leaves": leaves_of(row),
    }


def digest_code(row: LogMonth) -> str:
    return bytes(row.bundle).hex() if row.bundle is not None else "empty"


def leaves_of(row: LogMonth) -> str:
    """How the order names what leaves, to the database and for ever."""
    return row.leaves if row.bundle is not None else leaves_code([])


def waiting() -> dict[str, ApprovalRequest]:
    """The open requests, by month."""
    found = ApprovalRequest.objects.filter(
        action__in=[DROP, "log.shred"], state=ApprovalState.PENDING, expires_at__gt=timezone.now()
    )
    return {str(one.params["month"]): one for one in found.select_related("requester")}


def order(row: LogMonth, *, asked_by: User, approved_by: User) -> None:
    """The order, in the transaction in which the second officer agrees; they are the actor of its entry."""
    row.ordered = record_change(
        Entry(
            action=Action.LOG_DROP_ORDER,
            object_type=ObjectType.LOG,
            object_id=None,
            fields=(
                f"month.{row.code}",
                f"entries-{row.entries}",
                digest_code(row),
                leaves_of(row),
                f"asked.{asked_by.pk}",
            ),
        )
    )
    row.ordered_by = approved_by
    row.save(update_fields=["ordered", "ordered_by"])


def let_go(month: date) -> bool:
    """Carry out the order for this month; whether it has left now. Worker login only.

    Until a signed checkpoint holds the order, and while somebody reads the log at length, it is left for
    later. The checks that take long are made before the transaction writes anything: the tree waits for
    whoever has written.
    """
    with alone(_LEAVING) as mine:
        row = LogMonth.objects.filter(pk=month, ordered__isnull=False, left_at__isnull=True).first()
        if not mine or row is None or not _is_signed(row):
            return False
        trouble = _changed(row)
        if trouble is None:
            trouble = _drop(row)
        if isinstance(trouble, Trouble):
            _give_up(row, trouble)
        return row.left_at is not None


def _drop(row: LogMonth) -> Trouble | None:
    """One transaction: the month is gone and that is recorded, or neither. None: done, or not now."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")
            bundle = None if row.bundle is None else bytes(row.bundle)
            cursor.execute("select log.drop_month(%s, %s, %s)", [row.month, bundle, row.ordered])
            left_at = timezone.now()
            LogMonth.objects.filter(pk=row.pk).update(left_at=left_at)
            _record(row, Result.DONE)
    except DatabaseError as error:
        code = getattr(error.__cause__, "pgcode", None) or ""
        if code not in LATER and not code.startswith(REFUSED):
            raise  # the session was lost, say: what the database says of the month is not known
        logger.warning("the month %s did not leave the log: %s", row.code, code)
        return None if code in LATER else Trouble.REFUSED
    row.left_at = left_at
    return None


def _changed(row: LogMonth) -> Trouble | None:
    """What is not as it was agreed to."""
    if not row.is_bundled or not bundles.is_intact(row):
        return Trouble.FILE_GONE
    if not months.agrees_with_leaves(row.month):
        return Trouble.REFUSED  # what keeps a month is read from the columns
    rule = policy()
    if not rule.is_due(row.month, timezone.now()) or kept(row.month, rule):
        return Trouble.KEPT
    return None


@transaction.atomic
def _give_up(row: LogMonth, trouble: Trouble) -> None:
    """The order is void. The next night looks at the month anew."""
    _record(row, Result.FAILED, trouble.value)
    row.ordered, row.ordered_by, row.trouble = None, None, trouble
    row.save(update_fields=["ordered", "ordered_by", "trouble"])


def _record(row: LogMonth, result: Result, reason: str = "") -> None:
    record_change(
        Entry(
            action=Action.LOG_DROP,
            object_type=ObjectType.LOG,
            object_id=None,
            reason=reason,
            result=result,
            fields=(f"month.{row.code}", f"entries-{row.entries}", digest_code(row), f"order.{row.ordered}"),
        )
    )


def _is_signed(row: LogMonth) -> bool:
    assert row.ordered is not None  # asked for
    index, newest = tree.index_of(row.ordered), checkpoints.latest()
    return index is not None and newest is not None and index < newest.size


def _bundle(row: LogMonth) -> None:
    """Make the month's bundle where it is not there and whole."""
    if row.is_bundled and bundles.is_intact(row):
        return
    try:
        if not months.agrees_with_leaves(row.month):
            raise bundles.CannotBundle("its entries do not say what their leaves say")
        bundles.make(row)
    except (bundles.CannotBundle, OSError) as error:
        logger.error("no bundle of %s: %s", row.code, error)
        row.trouble = Trouble.NO_BUNDLE
        row.save(update_fields=["trouble"])


def _watch_over(row: LogMonth) -> None:
    """The bundle of a month that left: nobody has its entries but this file."""
    trouble = "" if bundles.is_intact(row) else Trouble.FILE_GONE
    if trouble != row.trouble:
        row.trouble = trouble
        row.save(update_fields=["trouble"])

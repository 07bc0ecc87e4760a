"""Where a month must stay, the words sealed beside its entries go when their time is over.

Entries and proofs stay: only the digest of a sealed text stands in its leaf. Its key is destroyed
(`keyring.shred`) by the order of two officers, which names the month and how many keys.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.dropped import month_of
from audit.entry import Entry
from audit.log import record_change
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.logretention import tasks
from compliance.logretention.models import LogMonth
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission
from vault.keys import store

SHRED = "log.shred"


class ShredDetails(ApprovableAction):
    """Nobody destroys the words of colleagues alone."""

    code = SHRED
    label = gettext_lazy("Destroy the sealed reasons of a month of the log")
    permission = Permission.RETENTION_MANAGE
    asked_by = (Permission.RETENTION_MANAGE,)
    grave = True

    def preview(self, params: Params) -> Preview:
        row = _asked(params)
        return Preview(
            facts={"params": dict(params)},
            lines=[
                _("The reasons that were typed in %(month)s can never be read again.") % {"month": row.code},
                _("Entries, their coded reasons and every proof stay as they are."),
            ],
            columns=[_("Month"), _("Keys of sealed reasons")],
            rows=[[row.code, str(row.details)]],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        row = _asked(request.params, lock=True)
        row.shred_order = record_change(_entry(Action.LOG_SHRED_ORDER, row, row.details))
        row.save(update_fields=["shred_order"])
        transaction.on_commit(lambda: tasks.shred.delay(row.code))


def ask(*, actor: User, month: date, words: str) -> ApprovalRequest:
    """Ask a second officer. Raises Refused, ValidationError for the words."""
    require(actor, Permission.RETENTION_MANAGE)
    row = LogMonth.objects.filter(pk=month).first()
    if row is None or not row.may_shred:
        raise Refused(ObjectType.LOG, None, Action.LOG_SHRED_ORDER)
    params: dict[str, str | int] = {"month": row.code, "keys": row.details}
    return request_approval(actor=actor, action=SHRED, params=params, reason=words)


@transaction.atomic
def carry_out(month: date) -> None:
    """Destroy the keys that were ordered to be; nothing a second time. Worker login only."""
    rows = LogMonth.objects.select_for_update()
    row = rows.filter(pk=month, shred_order__isnull=False, shredded_at__isnull=True).first()
    if row is None or row.shred_order is None:
        return
    gone = store.shred(row.shred_order, row.month)
    row.shredded_at, row.details = timezone.now(), 0
    row.save(update_fields=["shredded_at", "details"])
    record_change(_entry(Action.LOG_SHRED, row, gone))


def shredded(entry: LogEntry) -> LogMonth | None:
    """The month whose words were destroyed, if the words of this entry were among them."""
    return LogMonth.objects.filter(pk=month_of(entry.at), shredded_at__isnull=False).first()


def _entry(action: Action, row: LogMonth, keys: int) -> Entry:
    fields = (f"month.{row.code}", f"keys-{keys}")
    return Entry(action=action, object_type=ObjectType.LOG, object_id=None, fields=fields)


def _asked(params: Params, *, lock: bool = False) -> LogMonth:
    """Raises CannotCarryOut: it is ordered already, or there are more or fewer than were asked about."""
    rows = LogMonth.objects.select_for_update() if lock else LogMonth.objects.all()
    row = rows.filter(pk=date.fromisoformat(f"{params['month']}-01")).first()
    if row is None or not row.may_shred or row.details != params["keys"]:
        raise CannotCarryOut
    return row

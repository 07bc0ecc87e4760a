"""A second officer's word: on a month that shall leave, and on keeping the log for less long."""

from datetime import date

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from compliance.logretention import bundles, leaving, months, tasks
from compliance.logretention.models import LogMonth
from compliance.logretention.policy import (
    SHORTEN,
    Policy,
    lock_policy,
    loses_the_register,
    policy,
    set_policy,
    shortens,
)
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission


class LetMonthGo(ApprovableAction):
    """Nobody takes entries out of the log alone."""

    code = leaving.DROP
    label = gettext_lazy("Take a month of the log out of the database")
    permission = Permission.RETENTION_MANAGE
    asked_by = (Permission.RETENTION_MANAGE,)
    grave = True

    def preview(self, params: Params) -> Preview:
        """The month, its bundle and what stays provable. The file must lie in its place while this is
        read."""
        row = _ready(params)
        lines = [
            _("%(month)s leaves the database for good: nobody finds its entries in the log any more.")
            % {"month": row.code},
            _(
                "They live on in the file %(name)s in the house's folder of archives, with the SHA-256"
                " %(digest)s."
            )
            % {"name": row.file_name, "digest": leaving.digest_code(row)}
            if row.bundle is not None
            else _("It has no entry, and so there is no file."),
            _(
                "What was signed stays provable: the tree keeps every hash, and the file proves every entry"
                " by itself."
            ),
            _("Right before it leaves, everything is checked again. If anything has changed, it stays."),
        ]
        return Preview(
            facts={
                "params": dict(params),
                "file": [row.file_name, row.bundle_bytes],
                "size": row.bundle_size,
            },
            lines=lines,
            columns=[_("Month"), _("Entries"), _("File"), _("Size")],
            rows=[[row.code, str(row.entries), row.file_name, filesizeformat(row.bundle_bytes or 0)]],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        row = _ready(request.params, lock=True)
        leaving.order(row, asked_by=request.requester, approved_by=actor)
        transaction.on_commit(lambda: tasks.leave.delay(row.code))


class ShortenLog(ApprovableAction):
    """One person alone does not shorten the memory in which they may stand themselves."""

    code = SHORTEN
    label = gettext_lazy("Keep the log for less long")
    permission = Permission.RETENTION_MANAGE
    asked_by = (Permission.RETENTION_MANAGE,)
    grave = True

    def preview(self, params: Params) -> Preview:
        """The numbers as they stand and as they would, and the months that would come due by it."""
        now, wanted = _asked(params)
        due = [month for month in _due(wanted) if month not in _due(now)]
        come = ngettext("%(n)d month comes due by it.", "%(n)d months come due by it.", len(due)) % {
            "n": len(due)
        }
        return Preview(
            facts={"params": dict(params), "due": [f"{one:%Y-%m}" for one in due]},
            lines=[come, _("Nothing leaves by this alone: each month takes two people of its own.")],
            columns=[pgettext("change", "What"), pgettext("change", "Now"), pgettext("change", "Then")],
            rows=[
                [_("Months kept"), str(now.months), str(wanted.months)],
                [_("Years after a client's end"), str(now.years), str(wanted.years)],
                *([_("Comes due"), "", f"{one:%Y-%m}"] for one in due),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        lock_policy()
        _now, wanted = _asked(request.params)
        set_policy(wanted, set_by=request.requester, decided_by=actor)


def _asked(params: Params) -> tuple[Policy, Policy]:
    """Raises CannotCarryOut when the policy was changed since, or would not be shorter."""
    now = policy()
    wanted = Policy(int(str(params["months"])), int(str(params["years"])))
    if now != Policy(int(str(params["from_months"])), int(str(params["from_years"]))) or not shortens(
        now, wanted
    ):
        raise CannotCarryOut
    if loses_the_register(wanted):
        raise CannotCarryOut
    return now, wanted


def _due(rule: Policy) -> list[date]:
    now = timezone.now()
    return [month for month in months.partitions() if rule.is_due(month, now)]


def _ready(params: Params, *, lock: bool = False) -> LogMonth:
    """Raises CannotCarryOut: it is ordered already, something keeps it, or it is not what was asked about."""
    rows = LogMonth.objects.select_for_update() if lock else LogMonth.objects.all()
    month = date.fromisoformat(f"{params['month']}-01")
    row = rows.filter(pk=month, ordered__isnull=True).first()
    if row is None or not row.is_ready or leaving.params_of(row) != dict(params):
        raise CannotCarryOut
    if row.bundle is not None and not bundles.is_there(row):
        raise CannotCarryOut
    return row

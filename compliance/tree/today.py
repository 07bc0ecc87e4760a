"""What waits for the officers: a tree that stands still, or does not hold every entry."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.actions import Action, Result
from audit.tree import locking, watching
from compliance.tree.alarms import TREE, last_comparison
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

OVERDUE = timedelta(days=2)  # two nights


def due(user: User) -> Iterator[DueItem]:
    if not has(user, Permission.PURPOSE_MANAGE):
        return
    if found := watching.stall():
        for label in standing(found, locking.blamed(found)):
            yield DueItem(label=label, count=1, url=_entries(Action.LOG_STALL), urgency=Urgency.NOW)
    last = last_comparison()
    if last is not None:
        yield DueItem(
            label=_("Log entries and the log's tree do not agree"),
            count=int(last.result == Result.FAILED),
            url=_entries(Action.LOG_COMPARE),
            urgency=Urgency.NOW,
        )
        yield DueItem(
            label=_("The log's tree has not been compared with the entries for two days"),
            count=int(last.at < timezone.now() - OVERDUE),
            url=_entries(Action.LOG_COMPARE),
            urgency=Urgency.NOW,
        )


def standing(found: watching.Stall, locked: Sequence[locking.LockHolder]) -> list[str]:
    """What the tree waits for, in words: each transaction, who has the lock, or the sequencer itself."""
    waits = _(
        "New log entries wait for an open database transaction: process %(pid)s, login %(login)s,"
        " database %(database)s, since %(since)s"
    )
    lock = _(
        "New log entries wait for the sequencer's lock, which somebody has: process %(pid)s, login %(login)s,"
        " database %(database)s, since %(since)s"
    )
    told = [waits % _told(holder) for holder in found.holders] + [lock % _told(one) for one in locked]
    return told or [_idle(found)]


def _told(holder: watching.Holder | locking.LockHolder) -> dict[str, object]:
    return {
        "pid": holder.pid or _("none, it was prepared and left"),
        "login": holder.login,
        "database": holder.database,
        "since": _moment(holder.since) if holder.since else _("unknown"),
    }


def _idle(found: watching.Stall) -> str:
    return _("New log entries have waited for the sequencer since %(since)s: does it run?") % {
        "since": _moment(found.since)
    }


def _moment(moment: object) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")  # type: ignore[arg-type]


def _entries(action: Action) -> str:
    return f"{reverse('compliance:log')}?{urlencode({'action': action.value, 'object': TREE})}"

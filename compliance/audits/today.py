"""What audits put into a person's day: each kind asks its own gate, in a fixed number of queries."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.audits.access import to_judge, waiting_reports, which_actions, which_audits
from compliance.audits.codes import WAITING, ActionState, Scope, State
from compliance.audits.due import (
    escalated,
    next_audit,
    overdue_about,
    overdue_major,
    overdue_under,
)
from compliance.audits.models import Audit
from people.accounts.models import Kind, User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

SOON = timedelta(days=7)


def due(user: User) -> Iterator[DueItem]:
    if user.kind != Kind.STAFF:
        return
    yield from _own(user)
    if has(user, Permission.AUDIT_MANAGE):
        yield from _house(user)
    if has(user, Permission.LOG_READ):
        yield from _team(user)


def _own(user: User) -> Iterator[DueItem]:
    """What this person puts right, and what is overdue about them or those whose lead they are."""
    mine = reverse("compliance:audit_mine")
    rows = list(which_actions(user).filter(state__in=WAITING).values_list("state", "due"))
    dates = [day for state, day in rows if state == ActionState.OPEN]
    late = sum(day < timezone.localdate() for day in dates)
    yield DueItem(
        label=_("Corrective actions of yours that are overdue"), count=late, url=mine, urgency=Urgency.NOW
    )
    yield DueItem(label=_("Corrective actions of yours"), count=len(dates) - late, url=mine)
    yield DueItem(
        label=_("Corrective actions of yours that somebody looks at"),
        count=len(rows) - len(dates),
        url=mine,
        urgency=Urgency.LATER,
    )
    yield DueItem(
        label=_("An audit finding about you is not put right in time"),
        count=overdue_about(user).count(),
        url=mine,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("An audit finding about somebody whose lead you are is not put right in time"),
        count=overdue_under(user).count(),
        url=mine,
        urgency=Urgency.NOW,
    )


def _house(user: User) -> Iterator[DueItem]:
    audits, following = reverse("compliance:audits"), reverse("compliance:audit_actions")
    coming = next_audit()
    at_work = Audit.objects.filter(scope=Scope.HOUSE, state__in=[State.PLANNED, State.RUNNING, State.CLOSED])
    if coming.is_overdue:
        label = _("The audit of the house is overdue since %(day)s") % {"day": coming.day.isoformat()}
        yield DueItem(label=label, count=1, url=audits, urgency=Urgency.NOW)
    elif coming.is_told and not at_work.exists():
        label = _("Plan the audit of the house: due by %(day)s") % {"day": coming.day.isoformat()}
        yield DueItem(label=label, count=1, url=audits)
    yield DueItem(
        label=_("Audit reports to sign off"),
        count=waiting_reports(user).count(),
        url=audits,
        urgency=Urgency.NOW,
    )
    held = overdue_major().filter(finding__book__isnull=False)
    yield DueItem(
        label=_("Client books whose exports are stopped by an overdue corrective action"),
        count=held.order_by().values("finding__book").distinct().count(),
        url=following,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Overdue corrective actions about a person that their lead did not settle"),
        count=escalated().count(),
        url=following,
        urgency=Urgency.NOW,
    )


def _team(user: User) -> Iterator[DueItem]:
    today = timezone.localdate()
    led = which_audits(user).filter(lead=user)
    audits = reverse("compliance:audits")
    yield DueItem(
        label=_("Audits of yours that should have begun"),
        count=led.filter(state=State.PLANNED, planned_from__lt=today).count(),
        url=audits,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Audits of yours that begin within a week"),
        count=led.filter(
            state=State.PLANNED, planned_from__gte=today, planned_from__lte=today + SOON
        ).count(),
        url=audits,
    )
    yield DueItem(
        label=_("Audits of yours whose report should be closed"),
        count=led.filter(state=State.RUNNING, planned_to__lt=today).count(),
        url=audits,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Corrective actions to verify"),
        count=to_judge(user).count(),
        url=reverse("compliance:audit_actions"),
    )

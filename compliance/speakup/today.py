"""What reports put into the day of those who handle them, and of who must appoint somebody."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.speakup.access import outside, stranded, which_cases
from compliance.speakup.clocks import clock_of, overdue
from compliance.speakup.codes import State
from compliance.speakup.protecting import unsettled
from people.accounts.models import Kind, User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    if user.kind != Kind.STAFF:
        return
    if has(user, Permission.ROLE_MANAGE):
        yield DueItem(
            label=_("Reports that nobody may handle: appoint an outside auditor"),
            count=stranded(user).count(),
            url=reverse("people:roles"),
            urgency=Urgency.NOW,
        )
        # An outside auditor has no day of their own to be reminded by.
        yield DueItem(
            label=_("Reports that wait too long for the outside auditor: remind them"),
            count=sum(overdue(outside(user))),
            url=reverse("people:people"),
            urgency=Urgency.NOW,
        )
    if has(user, Permission.SPEAKUP_HANDLE) or has(user, Permission.LOG_READ):
        yield from _handling(user)


def _handling(user: User) -> Iterator[DueItem]:
    url = reverse("compliance:speak_up_cases")
    open_or_written_to = ~Q(state=State.CLOSED) | Q(waits=True)
    cases = list(which_cases(user).filter(open_or_written_to, destroyed_on__isnull=True))
    unacknowledged, unanswered = overdue(cases)
    clocks = [clock_of(case) for case in cases]
    yield DueItem(
        label=_("Reports that should have been acknowledged"),
        count=unacknowledged,
        url=url,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Reports that should have been answered"), count=unanswered, url=url, urgency=Urgency.NOW
    )
    yield DueItem(
        label=_("Acts against protected reporters to look at"),
        count=unsettled(user).count(),
        url=url,
        urgency=Urgency.NOW,
    )
    waiting = [clock for clock in clocks if clock.to_acknowledge and not clock.is_overdue]
    yield DueItem(label=_("New reports to acknowledge"), count=len(waiting), url=url)
    written = [case for case in cases if case.waits and case.state != State.NEW]
    yield DueItem(label=_("Reports whose reporter has written"), count=len(written), url=url)

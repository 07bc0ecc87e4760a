"""What outside audits put into a person's day."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.outside.access import MANAGES
from compliance.outside.codes import RequestState, State
from compliance.outside.evidence import EvidenceRequest
from compliance.outside.reminding import overdue_actions
from compliance.outside.reports import OutsideReport, Recommendation
from people.accounts.models import Kind, User
from people.roles.access import has
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """Six queries for officers, one for others."""
    if user.kind != Kind.STAFF:
        return
    yield from _own(user)
    if has(user, MANAGES):
        yield from _officers()


def _own(user: User) -> Iterator[DueItem]:
    today = timezone.localdate()
    mine = EvidenceRequest.objects.filter(owner=user, audit__state=State.AGREED)
    mine = mine.filter(state__in=[RequestState.OWNED, RequestState.RETURNED])
    rows = list(mine.order_by("due", "pk").values_list("pk", "due"))
    for label, late, urgency in (
        (_("Evidence for outside auditors that you owe, overdue"), True, Urgency.NOW),
        (_("Evidence for outside auditors that you find"), False, Urgency.SOON),
    ):
        found = [pk for pk, day in rows if (day < today) is late]
        if found:
            address = reverse("compliance:outside_request", args=[found[0]])
            yield DueItem(label=label, count=len(found), url=address, urgency=urgency)


def _officers() -> Iterator[DueItem]:
    audits = reverse("compliance:outside_audits")
    unowned = EvidenceRequest.objects.filter(state=RequestState.ASKED, audit__state=State.AGREED)
    yield DueItem(
        label=_("Requests of outside auditors that nobody answers yet"),
        count=unowned.count(),
        url=audits,
        urgency=Urgency.NOW,
    )
    owed = EvidenceRequest.objects.filter(
        state__in=[RequestState.OWNED, RequestState.RETURNED],
        audit__state=State.AGREED,
        due__lt=timezone.localdate(),
    )
    yield DueItem(
        label=_("Requests of outside auditors that are overdue"),
        count=owed.count(),
        url=audits,
        urgency=Urgency.NOW,
    )
    reports = OutsideReport.objects.filter(handed_in_at__isnull=False, acknowledged_at__isnull=True)
    yield DueItem(label=_("Reports of outside audits to acknowledge"), count=reports.count(), url=audits)
    open_advice = Recommendation.objects.filter(finding__isnull=False, finding__actions__isnull=True)
    yield DueItem(
        label=_("Recommendations of outside auditors that nobody puts right yet"),
        count=open_advice.count(),
        url=audits,
    )
    yield DueItem(
        label=_("Corrective actions from outside audits that are overdue"),
        count=overdue_actions().count(),
        url=reverse("compliance:audit_actions"),
        urgency=Urgency.NOW,
    )

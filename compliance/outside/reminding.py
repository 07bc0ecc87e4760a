"""What the clock says about requests: the owner is reminded, what is overdue goes up to the officers."""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from compliance.audits.codes import ActionState, Scope
from compliance.audits.followup import CorrectiveAction
from compliance.outside.codes import WITH_THE_HOUSE, BundleState, State
from compliance.outside.evidence import EvidenceBundle, EvidenceRequest
from compliance.outside.telling import tell_officers
from people.notices.services import notify

SOON = timedelta(days=2)
STUCK = timedelta(minutes=2)  # a bundle that nobody has begun by then is queued anew


@transaction.atomic
def remind() -> int:
    """Each owner once, two days before; each overdue request and action once, to the officers; how many
    owners were told."""
    today = timezone.localdate()
    waiting = EvidenceRequest.objects.filter(state__in=WITH_THE_HOUSE, audit__state=State.AGREED)
    due = waiting.filter(due__lte=today + SOON, reminded_at__isnull=True, owner__isnull=False)
    rows = list(due.select_for_update(of=("self",), skip_locked=True).select_related("owner"))
    for request in rows:
        if request.owner is not None:
            notify("outside.due", [request.owner], object_id=request.pk, key=str(request.pk))
        request.reminded_at = timezone.now()
        request.save(update_fields=["reminded_at"])
    for request_id in waiting.filter(due__lt=today).values_list("pk", flat=True):
        tell_officers("outside.overdue", request_id, but=set(), key=str(request_id))
    return len(rows)


def overdue_actions() -> models.QuerySet[CorrectiveAction]:
    """Corrective actions from outside audits whose day has passed."""
    late = CorrectiveAction.objects.filter(finding__item__audit__scope=Scope.OUTSIDE)
    return late.filter(due__lt=timezone.localdate()).exclude(state=ActionState.VERIFIED)


def left_over() -> list[str]:
    """Bundles that were asked for and that no worker has made."""
    found = EvidenceBundle.objects.filter(state=BundleState.ASKED, asked_at__lte=timezone.now() - STUCK)
    return [str(pk) for pk in found.values_list("pk", flat=True)]

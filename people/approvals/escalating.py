"""Escalation: what nobody has decided on when half its time is over is brought before others.

Whoever may decide on it has a notice, which names nothing, and officers
find it in a list of its own and among what is due. It may be decided by the same people as before: time
gives nobody a right.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.access import escalated
from people.approvals.deciders import deciders
from people.approvals.models import ApprovalRequest, State
from people.notices.services import notify
from people.today import DueItem, Urgency

_HALF = ExpressionWrapper((F("expires_at") - F("created_at")) / 2, output_field=DurationField())


def escalate_due() -> int:
    """Brings what is due before others; returns how many. Safe to run at any time, any number of times."""
    now = timezone.now()
    rows = ApprovalRequest.objects.filter(state=State.PENDING, escalated_at__isnull=True, expires_at__gt=now)
    half_over = rows.filter(created_at__lte=now - _HALF)
    return sum(_escalate(pk, now) for pk in half_over.values_list("pk", flat=True))


def due(user: User) -> Iterator[DueItem]:
    """For officers: what nobody decides on."""
    yield DueItem(
        label=_("Approval requests that nobody decides on"),
        count=escalated(user).count(),
        url=f"{reverse('people:approvals')}?view=escalated",
        urgency=Urgency.NOW,
    )


@transaction.atomic
def _escalate(pk: UUID, now: datetime) -> bool:
    request = ApprovalRequest.objects.select_for_update().get(pk=pk)
    if request.state != State.PENDING or request.escalated_at is not None or request.expires_at <= now:
        return False
    request.escalated_at = now
    request.save(update_fields=["escalated_at"])
    record_change(
        Entry(action=Action.APPROVAL_ESCALATE, object_type=ObjectType.APPROVAL, object_id=request.pk)
    )
    notify("approval.escalated", deciders(request), object_id=request.pk, key=str(request.pk))
    return True

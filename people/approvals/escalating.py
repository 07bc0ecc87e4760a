"""Escalation: what nobody has decided on when half its time is over is brought before others.

Whoever may decide on it is reminded by mail, in words that name nothing but the kind of act, and officers
find it in a list of its own and among what is due. It may be decided by the same people as before: time
gives nobody a right.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import Kind, User
from people.approvals.access import escalated
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import action_of
from people.approvals.voices import has_spoken, voice_of
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
    for person in _deciders(request):
        _remind(person, request)
    return True


def _deciders(request: ApprovalRequest) -> list[User]:
    """Who may decide and has not. Everybody is asked at the gate, which a query cannot do for all at once."""
    kind = action_of(request.action)
    staff = User.objects.filter(~Q(email=""), kind=Kind.STAFF, is_active=True).exclude(
        pk=request.requester_id
    )
    return [
        person
        for person in staff
        if voice_of(person, request, kind) is not None and not has_spoken(request, person)
    ]


def _remind(person: User, request: ApprovalRequest) -> None:
    with override(person.language):
        context = {
            "person": person,
            "what": action_of(request.action).label,
            "before": request.expires_at,
            "address": settings.PUBLIC_ADDRESS + reverse("people:approval", args=[request.pk]),
        }
        body = render_to_string("people/mail/escalated.txt", context)
    subject, _rest, text = body.partition("\n")
    transaction.on_commit(
        lambda: send_mail(subject.strip(), text.strip() + "\n", None, [person.email]), robust=True
    )

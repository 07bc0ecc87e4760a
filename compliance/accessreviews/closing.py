"""What the clock does: reminds at half the time, ends at its end what nobody kept, and closes the review.

An access that somebody forgot about is the one that ought to end; whoever needs it asks for it anew.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.accessreviews.access import decidable
from compliance.accessreviews.codes import State
from compliance.accessreviews.deciding import settle
from compliance.accessreviews.kinds import end, stands
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.accounts.system import system_account
from people.notices.services import notify
from people.roles.services import NotGrantable

_HALF = ExpressionWrapper((F("due_at") - F("opened_at")) / 2, output_field=DurationField())


def remind_due() -> int:
    """A notice to whoever still has to decide; returns how many reviews. Safe to run twice."""
    now = timezone.now()
    rows = AccessReview.objects.filter(closed_at__isnull=True, reminded_at__isnull=True, due_at__gt=now)
    return sum(
        _remind(pk, now) for pk in rows.filter(opened_at__lte=now - _HALF).values_list("pk", flat=True)
    )


def close_due() -> int:
    """Ends what nobody kept in time, each access in a transaction of its own, and closes the reviews where
    nothing waits; returns how many closed. A run that was killed is taken up by the next."""
    closed = 0
    for review in AccessReview.objects.filter(closed_at__isnull=True):
        if review.is_overdue:
            for pk in review.items.filter(state=State.WAITING).values_list("pk", flat=True):
                expire(pk)
        closed += _close(review.pk)
    return closed


@transaction.atomic
def expire(item_id: UUID) -> None:
    """Ends one access that nobody kept; the last officer's role stays, and officers find it as held."""
    waiting = ReviewedAccess.objects.select_for_update(of=("self",)).select_related("person")
    item = waiting.filter(pk=item_id, state=State.WAITING).first()
    if item is None:
        return
    state = State.GONE
    if stands(item):
        try:
            state = State.EXPIRED if end(item, system_account()) is None else State.HELD
        except NotGrantable:
            state = State.HELD
    settle(item, state, by=None, reason="", at=timezone.now())


@transaction.atomic
def _close(review_id: UUID) -> bool:
    review = AccessReview.objects.select_for_update().get(pk=review_id)
    if not review.is_open or review.items.filter(state=State.WAITING).exists():
        return False
    review.closed_at = timezone.now()
    review.save(update_fields=["closed_at"])
    _log(review, Action.ACCESS_REVIEW_CLOSE)
    return True


@transaction.atomic
def _remind(review_id: UUID, now: datetime) -> bool:
    review = AccessReview.objects.select_for_update().get(pk=review_id)
    if not review.is_open or review.reminded_at is not None:
        return False
    review.reminded_at = now
    review.save(update_fields=["reminded_at"])
    _log(review, Action.ACCESS_REVIEW_REMIND)
    staff = User.objects.filter(kind=Account.STAFF, is_active=True)
    waited_for = [person for person in staff if decidable(person).filter(review=review).exists()]
    notify("review.due", waited_for, object_id=review.pk, key=str(review.pk))
    return True


def _log(review: AccessReview, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.ACCESS_REVIEW, object_id=review.pk))

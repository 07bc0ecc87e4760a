"""A review is opened each quarter: by the clock, or earlier in the quarter by an officer."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.accessreviews.codes import LASTS
from compliance.accessreviews.kinds import all_in_force
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from compliance.accessreviews.used import last_uses
from people.accounts.models import User


def quarter_of(day: date) -> str:
    """As "2026Q4"."""
    return f"{day.year}Q{(day.month + 2) // 3}"


@transaction.atomic
def open_review(*, actor: User) -> AccessReview | None:
    """This quarter's review with every access in force; None where it was opened already. Safe to run at any
    time, any number of times: of two at the same moment one finds the other's row."""
    now = timezone.now()
    review, new = AccessReview.objects.get_or_create(
        quarter=quarter_of(timezone.localdate(now)),
        defaults={"opened_by": actor, "opened_at": now, "due_at": now + LASTS},
    )
    if not new:
        return None
    last_use = last_uses(now)
    ReviewedAccess.objects.bulk_create(
        (
            ReviewedAccess(
                review=review,
                kind=access.kind,
                thing=access.thing,
                person_id=access.person,
                level=access.level,
                deal=access.deal,
                since=access.since,
                given_by_id=access.given_by,
                last_used=last_use(access),
            )
            for access in all_in_force()
        ),
        batch_size=500,
    )
    record_change(
        Entry(action=Action.ACCESS_REVIEW_OPEN, object_type=ObjectType.ACCESS_REVIEW, object_id=review.pk)
    )
    return review

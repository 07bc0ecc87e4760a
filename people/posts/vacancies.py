"""A post that nobody holds: noted with a clock from when it fell vacant, and told to whoever can fill it.

The gate (`holding.in_force`) knows at the next request that nobody holds it. What is noted here, by the
acts that know of it and each few minutes by the clock, is since when: of the moment in which an account
closed, and not of the moment in which the clock came to look.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.notices.services import holders, notify
from people.posts.codes import Place, Post, State
from people.posts.holding import in_force
from people.posts.models import FILL_WITHIN, Appointment, Vacancy

VACANT, OVERDUE = "post.vacant", "post.overdue"
STANDS_IN, NO_DEPUTY, LEAVING = "post.stands_in", "post.no_deputy", "post.leaving"


@transaction.atomic
def look_after() -> None:
    """Opens and closes vacancies as the truth has it. Safe to run at any time, any number of times."""
    for post in Post:
        _look_after(post)


def _look_after(post: Post) -> None:
    is_held = in_force(post).filter(place=Place.HOLDER).exists()
    noted = Vacancy.objects.select_for_update().filter(post=post, filled_at__isnull=True).first()
    now = timezone.now()
    if is_held and noted is not None:
        noted.filled_at = now
        noted.save(update_fields=["filled_at"])
        _log(noted, Action.POST_FILLED)
    elif not is_held and noted is None:
        since = _since(post, now)
        made, new = Vacancy.objects.get_or_create(
            post=post, filled_at__isnull=True, defaults={"since": since, "due_at": since + FILL_WITHIN}
        )
        if new:
            _log(made, Action.POST_VACANT)
            notify(VACANT, holders(VACANT), object_id=made.pk, key=str(made.pk))
            deputies = in_force(post).filter(place=Place.DEPUTY)
            notify(STANDS_IN, [one.person for one in deputies], object_id=made.pk, key=str(made.pk))
    elif not is_held and noted is not None and noted.is_overdue and noted.overdue_told_at is None:
        noted.overdue_told_at = now
        noted.save(update_fields=["overdue_told_at"])
        _log(noted, Action.POST_OVERDUE)
        notify(OVERDUE, holders(OVERDUE), object_id=noted.pk, key=str(noted.pk))


def _since(post: Post, now: datetime) -> datetime:
    """When its last holder's time was over; now where it was never held, or its holder lost a role."""
    held = Appointment.objects.filter(post=post, place=Place.HOLDER, accepted_at__isnull=False)
    ends = held.filter(state=State.ENDED).aggregate(last=Max("over_at"))["last"]
    ran_out = held.filter(state=State.HELD, ends_at__lte=now).aggregate(last=Max("ends_at"))["last"]
    filled = Vacancy.objects.filter(post=post).aggregate(last=Max("filled_at"))["last"]
    known = [moment for moment in (ends, ran_out) if moment is not None]
    since = max(known, default=now)
    return since if filled is None or since > filled else now


def _log(vacancy: Vacancy, action: Action) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.POST_VACANCY,
            object_id=vacancy.pk,
            fields=(f"post.{vacancy.post}",),
        )
    )

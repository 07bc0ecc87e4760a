"""Each morning: whoever has follow-ups that are due has a notice."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from people.accounts.models import User
from people.notices.services import notify
from vault.notices import FOLLOW_UPS
from vault.relations.followups.access import own_followups
from vault.relations.followups.models import FollowUp, FollowUpState

MORNING = 8  # o'clock, where the person is


def tell_due() -> int:
    """Once a day and person, from their morning on; returns how many are told or were. Safe to run twice.
    Nothing is said of how many or about whom: the page knows."""
    now = timezone.now()
    some = FollowUp.objects.filter(state=FollowUpState.OPEN, due_at__lt=now + timedelta(days=2))
    people = User.objects.filter(pk__in=some.values("assigned"), is_active=True)
    return sum(_tell(person, now) for person in people)


def _tell(person: User, now: datetime) -> bool:
    here = now.astimezone(ZoneInfo(person.timezone))
    if here.hour < MORNING:
        return False
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo).astimezone(UTC)
    if not own_followups(person).filter(due_at__lt=tomorrow).exists():
        return False
    notify(FOLLOW_UPS, [person], key=here.date().isoformat())
    return True

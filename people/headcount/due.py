"""What the numbers of the law put into an officer's day."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.headcount.models import Crossing
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """One query, of officers."""
    if not has(user, Permission.DUTY_MANAGE):
        return
    days = list(Crossing.objects.filter(done_on__isnull=True).values_list("due_on", flat=True))
    over = sum(day < timezone.localdate() for day in days)
    page = reverse("people:headcount")
    yield DueItem(
        label=_("Filings about the data protection officer, overdue"),
        count=over,
        url=page,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Filings about the data protection officer to make and record"),
        count=len(days) - over,
        url=page,
    )

"""What incidents put into an officer's day."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.containment.codes import State
from compliance.containment.models import Incident, IncidentClock
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """Two queries."""
    if not has(user, Permission.INCIDENT_MANAGE):
        return
    cases = reverse("compliance:incidents")
    dates = list(IncidentClock.objects.filter(answer="").values_list("due_at", flat=True))
    late = sum(moment < timezone.now() for moment in dates)
    yield DueItem(label=_("Clocks of incidents that are overdue"), count=late, url=cases, urgency=Urgency.NOW)
    yield DueItem(
        label=_("Clocks of incidents that run"), count=len(dates) - late, url=cases, urgency=Urgency.NOW
    )
    yield DueItem(
        label=_("Incidents that are not contained"),
        count=Incident.objects.filter(state=State.OPEN).count(),
        url=cases,
        urgency=Urgency.NOW,
    )

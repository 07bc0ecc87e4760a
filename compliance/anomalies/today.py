"""What waits for officers: findings that are not about themselves, and a watch that stands still."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.anomalies.access import waiting_for
from compliance.anomalies.models import WatchPlace
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

STILL = timedelta(minutes=30)


def due(user: User) -> Iterator[DueItem]:
    if not has(user, Permission.WATCH_MANAGE):
        return
    yield DueItem(
        label=_("Findings of the watch over the log"),
        count=waiting_for(user).count(),
        url=reverse("compliance:watch_findings"),
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("The watch over the log has stood still for half an hour"),
        count=WatchPlace.objects.filter(at__lt=timezone.now() - STILL).count(),
        url=reverse("compliance:watch"),
        urgency=Urgency.NOW,
    )

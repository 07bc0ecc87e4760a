"""What training puts into a person's day."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from people.training.access import my_enrolments
from people.training.enrolling import TOLD
from people.training.models import Track
from people.training.records import Attendance, OutsideCertificate


def due(user: User) -> Iterator[DueItem]:
    """Three queries, five for officers."""
    mine, now = reverse("people:training"), timezone.now()
    days = list(my_enrolments(user).filter(due_at__lte=now + TOLD).values_list("due_at", flat=True))
    late = sum(day <= now for day in days)
    yield DueItem(
        label=_("Training of yours is overdue: rooms stay closed until it is passed"),
        count=late,
        url=mine,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Training of yours to be passed within two weeks"), count=len(days) - late, url=mine
    )
    yield DueItem(
        label=_("People who say that they attended a live session of yours"),
        count=Attendance.objects.filter(session__trainer=user, confirmed_at__isnull=True).count(),
        url=reverse("people:training_sessions"),
    )
    if has(user, Permission.DUTY_MANAGE):
        drafts = Track.objects.filter(published_at__isnull=True).count()
        yield DueItem(
            label=_("Courses that are drafts: publish them or change them"),
            count=drafts,
            url=reverse("people:training_tracks"),
            urgency=Urgency.LATER,
        )
        waiting = OutsideCertificate.objects.filter(checked_at__isnull=True).exclude(person=user)
        yield DueItem(
            label=_("Certificates of other issuers to check"),
            count=waiting.count(),
            url=reverse("people:training_outside_list"),
        )

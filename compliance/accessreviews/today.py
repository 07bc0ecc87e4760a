"""What reviews of access put into a person's day."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.accessreviews.access import decidable
from compliance.accessreviews.codes import State
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from people.accounts.models import Kind, User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

_SOON = timedelta(days=3)


def due(user: User) -> Iterator[DueItem]:
    if user.kind != Kind.STAFF:
        return
    review = AccessReview.objects.filter(closed_at__isnull=True).order_by("due_at").first()
    if review is None:
        return
    yield DueItem(
        label=_("Accesses of others that you keep or revoke"),
        count=decidable(user).filter(review=review).count(),
        url=reverse("compliance:access_review", args=[review.pk]) + "?show=mine",
        urgency=Urgency.NOW if review.due_at - timezone.now() < _SOON else Urgency.SOON,
    )
    if has(user, Permission.APPROVAL_DECIDE):
        yield DueItem(
            label=_("Accesses that a review could not end"),
            count=ReviewedAccess.objects.filter(review=review, state=State.HELD).count(),
            url=reverse("compliance:access_review", args=[review.pk]) + "?show=held",
            urgency=Urgency.NOW,
        )

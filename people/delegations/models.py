"""Deciding in somebody else's place: who stands in for whom, for which kinds of approval, and until when."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST = timedelta(days=31)


class DelegationState(models.TextChoices):
    PENDING = "pending", _("Waiting for an officer")
    ACTIVE = "active", pgettext_lazy("delegation", "In force")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", pgettext_lazy("delegation", "Ended")


LIVE = (DelegationState.PENDING, DelegationState.ACTIVE)


class Delegation(models.Model):
    """`delegate` decides in `giver`'s place on requests of these `actions`, from `starts_at` until `ends_at`.

    Grave actions wait for an officer (`needs_officer`). The triggers of migration 0003 refuse a change of
    what was agreed, and a decision for somebody without a row here that is in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actions = ArrayField(models.CharField(max_length=60))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    needs_officer = models.BooleanField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=DelegationState)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(delegate=F("giver")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(actions__len__gt=0), name="delegation_of_something"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="delegation_at_most_a_month",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DelegationState.values), name="delegation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at__isnull=True)
                | (~Q(state__in=LIVE) & Q(ended_at__isnull=False)),
                name="delegation_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=DelegationState.ACTIVE, needs_officer=True, confirmed_by__isnull=True),
                name="delegation_grave_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("giver")) & ~Q(confirmed_by=F("delegate"))),
                name="delegation_confirmed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["delegate", "state"], name="delegation_by_delegate"),
            models.Index(fields=["giver", "state"], name="delegation_by_giver"),
        ]

    @property
    def is_live(self) -> bool:
        """Whether it counts now, will, or waits for an officer."""
        return self.state in LIVE and timezone.now() < self.ends_at

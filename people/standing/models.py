"""Standing approvals (限额预批): what a decider agreed to beforehand, for one person, within bounds."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LONGEST = timedelta(days=31)
MOST_USES = 31


class StandingApproval(models.Model):
    """`holder`'s next requests of this action, each of at most `limit`, are approved as they are made: `uses`
    times, until `valid_until`.

    `approval` is the request by which a decider agreed to exactly this; the triggers of migration 0004 demand
    it, count the uses and refuse a request approved in any other way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    limit = models.PositiveIntegerField()
    uses = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approval = models.OneToOneField("people.ApprovalRequest", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(limit__gt=0), name="standing_limit_positive"),
            models.CheckConstraint(
                condition=Q(uses__gte=1, uses__lte=MOST_USES), name="standing_uses_bounded"
            ),
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="standing_not_used_up_twice"),
            models.CheckConstraint(condition=~Q(given_by=F("holder")), name="standing_given_by_another"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("created_at"), valid_until__lte=F("created_at") + LONGEST),
                name="standing_at_most_a_month",
            ),
            models.UniqueConstraint(
                fields=["holder", "action"],
                condition=Q(ended_at__isnull=True),
                name="standing_once_an_action",
            ),
        ]

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and timezone.now() < self.valid_until and self.used < self.uses

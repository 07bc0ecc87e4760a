"""How many people's data the house keeps, day by day, and which numbers of the law it has reached."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mark(models.TextChoices):
    """A number of the law, with what it asks for."""

    FILING = "filing", _("Data of 1,000,000 people: the data protection officer is filed with the authority")
    SENSITIVE = "sensitive", _("Sensitive data of 100,000 people: a data protection officer stands")


# Source: measures M4; PIPL 52 with the filing rules of 2025 (30 working days); GB/T 45574-2025.
REACHED_AT: dict[Mark, int] = {Mark.FILING: 1_000_000, Mark.SENSITIVE: 100_000}
WITHIN = 30  # working days from the day on which it was counted


class HeadCount(models.Model):
    """One count a day. Whoever stands in two client books counts twice: a number that may be too high,
    never too low."""

    day = models.DateField(primary_key=True)
    people = models.PositiveIntegerField()
    sensitive = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sensitive__lte=F("people")), name="headcount_sensitive_among"),
        ]


class Crossing(models.Model):
    """That a mark was reached, until when what it asks for is to be done, and the papers that say it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mark = models.CharField(max_length=20, choices=Mark, unique=True)
    crossed_on = models.DateField()
    count = models.PositiveIntegerField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    number = models.CharField(max_length=60, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="crossing_mark_known"),
            models.CheckConstraint(condition=Q(due_on__gt=F("crossed_on")), name="crossing_due_later"),
            models.CheckConstraint(
                condition=Q(
                    done_on__isnull=True, number="", recorded_by__isnull=True, recorded_at__isnull=True
                )
                | (
                    Q(done_on__isnull=False, recorded_by__isnull=False, recorded_at__isnull=False)
                    & ~Q(number="")
                ),
                name="crossing_recorded_as_a_whole",
            ),
        ]

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()

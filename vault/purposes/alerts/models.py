"""A refused use, as it waits for an officer."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Act, Outcome, Unlawful
from vault.records.models import ClientBook


class PurposeAlert(models.Model):
    """Codes and counts; whose data it was about stands in the log entry that this row is named after.

    It is written on the log's connection, so that a rollback of what was refused cannot erase it. The book
    may lie in a transaction that is not committed, hence no foreign key in the database; no book is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # of the refusal's log entry
    book = models.ForeignKey(ClientBook, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    actor_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=20, choices=Purpose, blank=True)
    act = models.CharField(max_length=20, choices=Act)
    reason = models.CharField(max_length=30, choices=Unlawful)
    clients = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="alert_act_known"),
            models.CheckConstraint(condition=Q(reason__in=Unlawful.values), name="alert_reason_known"),
            models.CheckConstraint(
                condition=Q(outcome="", handled_by__isnull=True, handled_at__isnull=True)
                | (Q(outcome__in=Outcome.values) & Q(handled_by__isnull=False, handled_at__isnull=False)),
                name="alert_handled_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="alert_by_time")]

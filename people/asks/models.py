"""Requests for access, made on the "not found" page: who asked, when, and the log entry of the refusal."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AccessAsk(models.Model):
    """Holds no address: the log entry `refusal` says what was refused, to those who may read the log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    refusal = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "refusal"], nulls_distinct=False, name="ask_once_a_refusal"
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="ask_handled_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["asked_at", "id"], name="ask_by_time")]

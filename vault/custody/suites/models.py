"""The moves of books between suites: ordered, running, done."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vault.crypto.suites import SUITES
from vault.records.models import ClientBook


class SuiteMove(models.Model):
    """One book's move. How far it is shows in the records themselves, whose headers name their suite."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="+")
    suite = models.SmallIntegerField()
    order = models.UUIDField(unique=True)  # the log entry that the keyring asks for
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(default=timezone.now)
    moved = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(suite__in=sorted(SUITES)), name="suite_move_suite_known"),
            models.UniqueConstraint(
                fields=["book"], condition=Q(ended_at__isnull=True), name="one_suite_move_a_book"
            ),
        ]

    @property
    def suite_name(self) -> str:
        return SUITES[self.suite].name

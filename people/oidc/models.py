"""Which identity at which identity provider signs which person in."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class LinkedIdentity(models.Model):
    """`identity` is SHA-256 over issuer and subject: enough to find the row, and in one row only. `seal`
    holds the same, sealed for the person: see linking.py for what that keeps out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identities")
    provider = models.CharField(max_length=20)
    identity = models.BinaryField(max_length=32)
    seal = models.TextField()
    linked_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity"], name="identity_of_one_person"),
            models.UniqueConstraint(fields=["person", "provider"], name="identity_once_a_provider"),
        ]

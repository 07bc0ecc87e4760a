"""Invitations of outside people to a deal's room."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.accounts.models import OneTimeLink
from people.duties.models import NdaKind


class Invitation(models.Model):
    """Says which undertaking the person signs before the room opens. `group_id` is the deals layer's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal_id = models.UUIDField()
    group_id = models.UUIDField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    nda_kind = models.CharField(max_length=10, choices=NdaKind)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    link = models.OneToOneField(OneTimeLink, on_delete=models.PROTECT, related_name="invitation")
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "deal_id"],
                condition=Q(revoked_at__isnull=True),
                name="invitation_live_once",
            ),
            models.CheckConstraint(
                condition=Q(nda_kind__in=[NdaKind.CLIENT, NdaKind.BUYER, NdaKind.PARTNER]),
                name="invitation_outside_undertaking",
            ),
            models.CheckConstraint(condition=~Q(invited_by=F("person")), name="invitation_not_of_oneself"),
        ]
        indexes = [models.Index(fields=["deal_id", "created_at"], name="invitation_by_deal")]

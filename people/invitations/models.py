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
    # What the person is invited into (people.invitations.registry), and whether they prove their number to
    # come in: then the link is shown to the lead as a picture, and is worth nothing without the code.
    landing = models.CharField(max_length=20, default="room", db_default="room")
    by_phone = models.BooleanField(default=False, db_default=False)
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
                condition=Q(nda_kind__in=[NdaKind.CLIENT, NdaKind.BUYER, NdaKind.PARTNER, NdaKind.AUDITOR]),
                name="invitation_outside_undertaking",
            ),
            models.CheckConstraint(condition=~Q(invited_by=F("person")), name="invitation_not_of_oneself"),
            models.CheckConstraint(condition=~Q(landing=""), name="invitation_leads_somewhere"),
        ]
        indexes = [models.Index(fields=["deal_id", "created_at"], name="invitation_by_deal")]

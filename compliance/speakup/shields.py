"""Protected reporters, and acts against them that officers are to look at."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.speakup.codes import ACTS, Shielding
from compliance.speakup.models import SpeakUpCase

PERSON = settings.AUTH_USER_MODEL


class Protection(models.Model):
    """A reporter who said who they are and agreed to this: the one row that names a reporter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(SpeakUpCase, on_delete=models.PROTECT, related_name="protections")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    shielding = models.CharField(max_length=6, choices=Shielding)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)
    ended_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(ended_on__isnull=True), name="speakup_protected_once"
            ),
            models.CheckConstraint(
                condition=Q(shielding__in=Shielding.values), name="speakup_shielding_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_on__gte=F("on"), ended_by__isnull=False),
                name="speakup_protection_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="speakup_protected", condition=Q(ended_on__isnull=True)),
        ]


class ShieldedAct(models.Model):
    """An act against a protected reporter that went on while officers watch: a finding until one looked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    protection = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="acts")
    act = models.CharField(max_length=20)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)
    settled_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    settled_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=list(ACTS)), name="speakup_act_known"),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, settled_by__isnull=True)
                | Q(settled_on__isnull=False, settled_on__gte=F("on"), settled_by__isnull=False),
                name="speakup_act_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("by")),
                name="speakup_act_settled_by_another",
            ),
        ]

    @property
    def words(self) -> str:
        return str(ACTS[self.act])

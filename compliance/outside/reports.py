"""The report of an outside audit, and its recommendations, each of which becomes a corrective action."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from compliance.audits.codes import Result
from compliance.audits.followup import SEVERITIES, AuditFinding
from compliance.audits.models import Audit
from compliance.outside.evidence import OutsideFile
from compliance.outside.models import OutsideAudit

PERSON = settings.AUTH_USER_MODEL


class OutsideReport(models.Model):
    """One an audit. Handed in by the auditor, then final; acknowledged by the house, whose follow-up is the
    row of internal audits that hangs from it: one board for all corrective actions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.OneToOneField(OutsideAudit, on_delete=models.PROTECT, related_name="report")
    file = models.OneToOneField(OutsideFile, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    handed_in_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    followed_by = models.OneToOneField(Audit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    acknowledged_at__isnull=True, acknowledged_by__isnull=True, followed_by__isnull=True
                )
                | Q(
                    acknowledged_at__isnull=False,
                    acknowledged_by__isnull=False,
                    followed_by__isnull=False,
                    handed_in_at__isnull=False,
                ),
                name="outside_report_acknowledged_whole",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True) | ~Q(acknowledged_by=F("by")),
                name="outside_report_acknowledged_by_another",
            ),
        ]


class Recommendation(models.Model):
    """One of a report. Its words are sealed (`OutsideText`); `finding` is what the board follows up."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(OutsideReport, on_delete=models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=24, choices=[(one.value, one.label) for one in SEVERITIES])
    finding = models.OneToOneField(AuditFinding, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="recommendation_once"),
            models.CheckConstraint(
                condition=Q(severity__in=[Result.OBSERVATION, Result.MINOR, Result.MAJOR]),
                name="recommendation_severity_known",
            ),
        ]

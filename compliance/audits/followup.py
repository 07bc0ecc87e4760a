"""What an audit found, and what is done about it: findings, corrective actions, and the sealed texts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from compliance.audits.codes import ActionState, Result, Words
from compliance.audits.models import Audit, AuditItem
from vault.masking import masks
from vault.records.models import ClientBook
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

PERSON = settings.AUTH_USER_MODEL
SEVERITIES = (Result.OBSERVATION, Result.MINOR, Result.MAJOR)
TEXT = "audit.text"


class AuditFinding(models.Model):
    """A finding of an audit (审计发现). `book` or `person` is what it concerns; neither: the house."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="findings")
    severity = models.CharField(max_length=24, choices=[(one.value, one.label) for one in SEVERITIES])
    book = models.ForeignKey(ClientBook, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=[one.value for one in SEVERITIES]),
                name="audit_finding_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(book__isnull=True) | Q(person__isnull=True),
                name="audit_finding_concerns_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("made_by")),
                name="audit_finding_not_about_oneself",
            ),
        ]
        indexes = [
            models.Index(fields=["book"], name="audit_finding_by_book", condition=Q(severity=Result.MAJOR)),
        ]


class CorrectiveAction(models.Model):
    """A corrective action (整改措施). Who owns it or did it never verifies it; no auditor of the audit
    owns it (trigger `audit_independent`). A verified one is final (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    finding = models.ForeignKey(AuditFinding, on_delete=models.PROTECT, related_name="actions")
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=10, choices=ActionState, default=ActionState.OPEN)
    sent_back = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ActionState.values), name="corrective_action_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.OPEN) | Q(done_by__isnull=False, done_at__isnull=False),
                name="corrective_action_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.VERIFIED, verified_by__isnull=False, verified_at__isnull=False)
                | (~Q(state=ActionState.VERIFIED) & Q(verified_by__isnull=True, verified_at__isnull=True)),
                name="corrective_action_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | (~Q(verified_by=F("owner")) & ~Q(verified_by=F("done_by"))),
                name="corrective_action_verified_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"],
                name="corrective_action_waiting",
                condition=~Q(state=ActionState.VERIFIED),
            ),
            models.Index(fields=["owner", "state", "due"], name="corrective_action_by_owner"),
        ]

    @property
    def is_overdue(self) -> bool:
        return self.state != ActionState.VERIFIED and self.due < timezone.localdate()


class AuditText(SealedModel):
    """What somebody wrote, about the item, finding or action with the id `about`. A later one of the same
    kind stands in its place; none is ever changed (trigger). All are sealed under the audit's key."""

    changeable = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="texts")
    about = models.UUIDField()
    says = models.CharField(max_length=10, choices=Words)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    words = SealedGroup(TEXT)
    text = SealedText(words, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(says__in=Words.values), name="audit_text_kind_known"),
            models.CheckConstraint(condition=Q(words__isnull=False), name="audit_text_says_something"),
        ]
        indexes = [models.Index(fields=["audit", "about", "says", "at"], name="audit_text_of_it")]

    def sealed_subject(self) -> uuid.UUID:
        return self.audit_id

    def sealed_row(self) -> bytes:
        row: uuid.UUID = self.pk
        return row.bytes

    def sealed_compartment(self) -> bytes:
        return self.audit.compartment.bytes

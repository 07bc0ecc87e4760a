"""The one maker-checker: a request, the openings of its exact preview, and the decisions.

The rules that span rows (decider is not the requester, preview opened first, quorum reached, allowed moves
between states) are kept by the triggers of migration 0002, so that no caller can go around them.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PENDING = "pending", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    CARRIED_OUT = "carried_out", _("Carried out")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Expired")
    VOID = "void", _("Void: changed since")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Verdict(models.TextChoices):
    APPROVE = "approve", _("Approve")
    REFUSE = "refuse", _("Refuse")


class ApprovalRequest(models.Model):
    """`params` holds ids and codes only; `preview_digest` (SHA-256) fixes what was asked for. `standing` is
    what approved it beforehand, where nobody decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=60)
    params = models.JSONField()
    preview_digest = models.BinaryField(max_length=32)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=500)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    quorum = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    standing = models.ForeignKey(
        "people.StandingApproval", null=True, on_delete=models.PROTECT, related_name="requests"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="approval_state_known"),
            models.CheckConstraint(
                condition=Q(escalated_at__isnull=True)
                | Q(escalated_at__gt=F("created_at"), escalated_at__lt=F("expires_at")),
                name="approval_escalated_in_time",
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="approval_quorum_positive"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="approval_expires_later"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_has_reason"),
            models.CheckConstraint(
                condition=Q(state=State.PENDING, decided_at__isnull=True)
                | (~Q(state=State.PENDING) & Q(decided_at__isnull=False)),
                name="approval_decided_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "created_at", "id"], name="approval_by_state"),
            models.Index(fields=["requester", "created_at", "id"], name="approval_by_requester"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == State.PENDING and timezone.now() < self.expires_at


class PreviewOpening(models.Model):
    """Proof that this person had this exact preview on the screen."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="openings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "person", "digest"], name="opening_once"),
        ]


class ApprovalDecision(models.Model):
    """One voice. `decided_for` is whose it is where a delegate gave it (people.delegations)."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="decisions")
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField(max_length=500)
    preview_opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "decider"], name="decision_once_a_person"),
            # A voice counts once, whether its owner or a delegate gives it.
            models.UniqueConstraint(
                "request", Coalesce("decided_for", "decider"), name="decision_once_a_voice"
            ),
            models.CheckConstraint(
                condition=Q(decided_for__isnull=True) | ~Q(decided_for=F("decider")),
                name="decision_for_another",
            ),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="decision_verdict_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(preview_opened_at__lte=F("decided_at")), name="decision_after_preview"
            ),
        ]

    @property
    def seconds(self) -> int:
        """From the first look at the exact preview to the decision."""
        return int((self.decided_at - self.preview_opened_at).total_seconds())

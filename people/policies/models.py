"""The house's policies: their versions, and who has accepted which."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from people.roles.models import RoleCode

TEXT_MIN_LENGTH = 30
MOST_DAYS = 90  # to accept a version in


class Policy(models.Model):
    """One rule of the house through all its versions. `code` is set of those that the house comes with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="policy_code_once"),
        ]


class PolicyVersion(models.Model):
    """A draft, until another officer agreed; then final (triggers of migration 0010).

    `roles` are those whose people must accept it; none: all staff. Whoever comes to one of them, or joins,
    has `days` from then; everybody else from when it came into force. `effective_on` is the wished day:
    `in_force_at` is its first minute, or the agreement's when that came later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    text_zh = models.TextField()
    text_en = models.TextField()
    text_hash = models.BinaryField(max_length=32)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    days = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    review_on = models.DateField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    approval = models.ForeignKey(
        "people.ApprovalRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(agreed_at__isnull=True), name="policy_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(
                    text_zh__regex=rf"^.{{{TEXT_MIN_LENGTH},}}",
                    text_en__regex=rf"^.{{{TEXT_MIN_LENGTH},}}",
                ),
                name="policy_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=RoleCode.values), name="policy_roles_known"
            ),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=MOST_DAYS), name="policy_days"),
            models.CheckConstraint(condition=Q(review_on__gt=F("effective_on")), name="policy_review_later"),
            models.CheckConstraint(
                condition=Q(
                    agreed_by__isnull=True,
                    agreed_at__isnull=True,
                    in_force_at__isnull=True,
                    approval__isnull=True,
                )
                | Q(
                    agreed_by__isnull=False,
                    agreed_at__isnull=False,
                    in_force_at__gte=F("agreed_at"),
                    approval__isnull=False,
                ),
                name="policy_agreed_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("written_by")),
                name="policy_agreed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_zh if get_language() == "zh-hans" else self.title_en

    @property
    def is_draft(self) -> bool:
        return self.agreed_at is None

    @property
    def is_coming(self) -> bool:
        """Agreed to, for a later day."""
        return self.in_force_at is not None and self.in_force_at > timezone.now()

    @property
    def review_is_due(self) -> bool:
        return self.review_on <= timezone.localdate()


class PolicyAcceptance(models.Model):
    """That a person accepted a version: of which text (hash of what was shown), in which language, when.
    Evidence: never changed, and kept when a newer version asks again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="acceptances")
    text_hash = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="policy_accepted_once"),
        ]


class PolicyDue(models.Model):
    """Who must accept which version by when, and when they did: one row for each open staff account and each
    policy in force that is meant for it. A view (migration 0010), so that pages, the day and the gate of the
    rooms ask one and the same thing."""

    id = models.CharField(primary_key=True, max_length=72)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.DO_NOTHING, related_name="+")
    version = models.ForeignKey(PolicyVersion, on_delete=models.DO_NOTHING, related_name="dues")
    due_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "people_policydue"

    @property
    def is_late(self) -> bool:
        return self.accepted_at is None and self.due_at <= timezone.now()

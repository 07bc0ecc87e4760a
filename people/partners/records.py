"""The questionnaire and its answers, reviews, links, recalls."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from people.approvals.models import ApprovalRequest
from people.partners.codes import How, LinkFor
from people.partners.models import PERSON, Partner, PartnerFile
from people.partners.scoring import Answer


def _own(zh: str, en: str) -> str:
    return zh if (get_language() or "").startswith("zh") else en


class Questionnaire(models.Model):
    """A version of the questions, with the score that a firm needs. Once in force nothing of it changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(unique=True)
    threshold = models.PositiveSmallIntegerField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")  # None: shipped
    at = models.DateTimeField(default=timezone.now)
    in_force_at = models.DateTimeField(null=True)
    approval = models.OneToOneField(ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__gte=50, threshold__lte=100), name="questionnaire_threshold"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(in_force_at__isnull=True) | Q(approval__isnull=False),
                name="questionnaire_in_force_by_approval",
            ),
            models.UniqueConstraint(
                fields=["in_force_at"],
                condition=Q(in_force_at__isnull=True),
                name="questionnaire_one_draft",
                nulls_distinct=False,
            ),
        ]


class PartnerQuestion(models.Model):
    """One question. `knockout`: "no" fails the firm whatever its score. `may_skip`: need not concern it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=400)
    why_zh = models.CharField(max_length=300)
    why_en = models.CharField(max_length=400)
    weight = models.PositiveSmallIntegerField()
    knockout = models.BooleanField(default=False)
    may_skip = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "position"], name="partner_question_in_place"),
            models.CheckConstraint(
                condition=~Q(text_zh="") & ~Q(text_en="") & ~Q(why_zh="") & ~Q(why_en=""),
                name="partner_question_is_worded",
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10), name="partner_question_weight"
            ),
            models.CheckConstraint(
                condition=Q(knockout=False) | Q(may_skip=False), name="partner_knockout_not_skipped"
            ),
        ]

    @property
    def text(self) -> str:
        return _own(self.text_zh, self.text_en)

    @property
    def why(self) -> str:
        return _own(self.why_zh, self.why_en)


class Assessment(models.Model):
    """The firm's answers to one version. Handed in once; the score is what the answers make it (trigger), and
    somebody of the house who did not answer takes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="assessments")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    by_firm = models.BooleanField()
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True)
    knocked_out = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(handed_in_at__isnull=True, cancelled_at__isnull=True),
                name="assessment_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    handed_in_at__isnull=True,
                    score__isnull=True,
                    knocked_out__isnull=True,
                    passed__isnull=True,
                )
                | Q(
                    handed_in_at__isnull=False,
                    score__isnull=False,
                    score__lte=100,
                    knocked_out__isnull=False,
                    passed__isnull=False,
                    cancelled_at__isnull=True,
                ),
                name="assessment_handed_in_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True, handed_in_by__isnull=True)
                | Q(by_firm=True, handed_in_by__isnull=True)
                | Q(by_firm=False, handed_in_by__isnull=False),
                name="assessment_answered_by_whom_it_says",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False, passed__isnull=False, passed=True),
                name="assessment_taken_passes",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True)
                | Q(handed_in_by__isnull=True)
                | ~Q(taken_by=F("handed_in_by")),
                name="assessment_taken_by_another",
            ),
        ]
        indexes = [models.Index(fields=["partner", "-asked_at"], name="assessment_of_partner")]

    @property
    def is_open(self) -> bool:
        return self.handed_in_at is None and self.cancelled_at is None


class AssessmentAnswer(models.Model):
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(PartnerQuestion, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question"], name="assessment_answer_once"),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="assessment_answer_known"),
        ]


class AssessmentEvidence(models.Model):
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence")
    question = models.ForeignKey(PartnerQuestion, on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField(PartnerFile, on_delete=models.PROTECT, related_name="evidence")


class PartnerReview(models.Model):
    """The yearly look at a firm: on a questionnaire that passed, with a contact that answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="reviews")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    contact_answered_at = models.DateTimeField()
    held_on = models.DateField()
    next_due_on = models.DateField()
    drill_on = models.DateField(null=True)
    training_on = models.DateField(null=True)
    note = models.CharField(max_length=1000)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="partner_review_has_note"),
            models.CheckConstraint(
                condition=Q(next_due_on__gt=F("held_on")), name="partner_review_next_is_later"
            ),
        ]


class PartnerLink(models.Model):
    """A link for the firm's contact, who has no account. Only the SHA-256 of its 256-bit token is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=14, choices=LinkFor)
    object_id = models.UUIDField()
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=LinkFor.values), name="partner_link_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="partner_link_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="partner_link_used_or_cancelled",
            ),
        ]


class PartnerRecall(models.Model):
    """At a deal's end, or when we ask: the firm says what became of what it was given, with evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="recalls")
    deal_id = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How, blank=True)
    signed_as = models.CharField(max_length=80, blank=True)
    certified_at = models.DateTimeField(null=True)
    file = models.OneToOneField(PartnerFile, null=True, on_delete=models.PROTECT, related_name="recall")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "deal_id"], condition=Q(checked_at__isnull=True), name="recall_one_open"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="recall_due_later"),
            models.CheckConstraint(
                condition=Q(certified_at__isnull=True, how="", file__isnull=True)
                | (Q(certified_at__isnull=False, how__in=How.values) & ~Q(signed_as="")),
                name="recall_certified_as_a_whole",
            ),
            models.CheckConstraint(
                condition=~Q(how__in=[How.RETURNED, How.DESTROYED]) | Q(file__isnull=False),
                name="recall_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False, certified_at__isnull=False),
                name="recall_checked_after",
            ),
        ]

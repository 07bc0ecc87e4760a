"""What people owe and did: who takes a track until when, what they read, answered and were certified."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from people.training.models import Lesson, Track, TrainingFile

PERSON = settings.AUTH_USER_MODEL
REFRESH_FROM = timedelta(days=60)  # before a certificate ends, the course can be taken again
_SCORED, _NEEDED = F("correct") * 100, F("total") * F("pass_percent")  # whole numbers: nothing is rounded


class PaperKind(models.TextChoices):
    BEFORE = "before", pgettext_lazy("training", "Test before the lessons")
    EXAM = "exam", pgettext_lazy("training", "Exam")


class Enrolment(models.Model):
    """A person takes a track. From `due_at` on they are late with it; passing moves it to the end of the
    certificate. Each round (the first, each refresher, each time it is asked anew) reads and answers afresh.

    `given_by` is set where somebody asked it of this person by name, not the person's role. With a deal it is
    an outside person's, and only that deal's room waits for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="enrolments")
    round = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    deal_id = models.UUIDField(null=True)
    given_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "track", "deal_id"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="enrolment_once",
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="enrolment_round_from_one"),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | ~Q(given_by=F("person")),
                name="enrolment_given_by_another",
            ),
            models.CheckConstraint(
                condition=Q(deal_id__isnull=True) | Q(given_by__isnull=False), name="enrolment_for_deal_given"
            ),
        ]
        indexes = [
            # The gate of rooms reads this on each request: only those who are late are in the range.
            models.Index(
                fields=["due_at", "person"], condition=Q(ended_at__isnull=True), name="enrolment_late"
            ),
        ]

    @property
    def is_late(self) -> bool:
        return self.due_at <= timezone.now()

    @property
    def rests(self) -> bool:
        """Passed, and not to be taken again for long."""
        return self.round > 1 and self.due_at > timezone.now() + REFRESH_FROM


class LessonDone(models.Model):
    """The person said that they read it, or both said that they were there."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="done")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson", "round"], name="lesson_done_once")
        ]


class Paper(models.Model):
    """A paper as it was drawn: `questions` are dicts of `id` and `order` (the options as shown).

    It says by itself what it takes to pass, so that a change of the track changes no paper that is out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="papers")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=6, choices=PaperKind)
    round = models.PositiveSmallIntegerField()
    questions = models.JSONField()
    total = models.PositiveSmallIntegerField()
    pass_percent = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    answers = models.JSONField(null=True)
    correct = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.CheckConstraint(condition=Q(total__gte=1), name="paper_asks_something"),
            models.UniqueConstraint(
                fields=["enrolment", "kind"], condition=Q(handed_in_at__isnull=True), name="paper_open_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "round"], condition=Q(kind=PaperKind.BEFORE), name="paper_before_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "round"],
                condition=Q(kind=PaperKind.EXAM, passed=True),
                name="paper_passed_once",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True, correct__isnull=True, passed__isnull=True)
                | Q(handed_in_at__isnull=False, correct__isnull=False, passed__isnull=False),
                name="paper_graded_when_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(correct__isnull=True) | Q(correct__lte=F("total")), name="paper_correct_of_total"
            ),
            # Whatever a form or a service may say: passed is what was counted.
            models.CheckConstraint(
                condition=Q(passed__isnull=True)
                | (Q(passed=True) & Q(GreaterThanOrEqual(_SCORED, _NEEDED)))
                | (Q(passed=False) & Q(LessThan(_SCORED, _NEEDED))),
                name="paper_passed_as_counted",
            ),
        ]
        indexes = [models.Index(fields=["track", "kind", "handed_in_at"], name="paper_of_track")]


class Talk(models.Model):
    """An officer talked with somebody who failed as often as the track lets: they may try again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="talks")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(by=F("person")), name="talk_with_another")]


class Certificate(models.Model):
    """Given for one passed exam, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    serial = models.CharField(max_length=24, unique=True)
    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="certificate")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="certificate_expires_later"
            )
        ]
        indexes = [models.Index(fields=["person", "track", "-expires_at"], name="certificate_of_person")]

    @property
    def is_in_force(self) -> bool:
        return self.expires_at > timezone.now()


class LiveSession(models.Model):
    """When a live lesson is held, and by whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="sessions")
    held_at = models.DateTimeField()
    trainer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")


class Attendance(models.Model):
    """Counts when both said so: the person, and the trainer, who is somebody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person")),
                name="attendance_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="attendance_confirmed_by_somebody",
            ),
        ]


class OutsideCertificate(models.Model):
    """A certificate that somebody else gave: its number and evidence sealed, checked by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    issuer = models.CharField(max_length=120)
    number = models.BinaryField()  # sealed for this row
    number_mask = models.CharField(max_length=12)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    evidence = models.OneToOneField(TrainingFile, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    genuine = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(issuer=""), name="outside_certificate_named"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")),
                name="outside_certificate_expires_later",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("person")),
                name="outside_certificate_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True, genuine__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False, genuine__isnull=False),
                name="outside_certificate_checked_by_somebody",
            ),
        ]

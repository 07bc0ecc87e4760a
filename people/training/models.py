"""What is taught: tracks, their lessons and their bank of questions.

A lesson and a question are never changed once written (triggers of migration 0012): who read or answered one
read exactly that. Another takes its place and the first is retired.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from people.roles.models import Role

PERSON = settings.AUTH_USER_MODEL
MAX_TITLE = 120
MAX_OPTIONS = 8


def in_own_words(zh: str, en: str) -> str:
    """The text in the reader's language."""
    return zh if (get_language() or "").startswith("zh") else en


class LessonKind(models.TextChoices):
    TEXT = "text", pgettext_lazy("lesson", "Text")
    FILE = "file", pgettext_lazy("lesson", "File")
    VIDEO = "video", pgettext_lazy("lesson", "Video")
    LIVE = "live", pgettext_lazy("lesson", "Live session")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One right answer")
    MULTIPLE = "multiple", _("Several right answers")
    TRUTH = "truth", _("True or false")


class TrainingKeys(models.Model):
    """The compartment of files and numbers of certificates in the keyring, and its one key. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment = models.UUIDField(unique=True)
    compartment_key_id = models.BigIntegerField()
    key_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="training_keys_is_one")]


class TrainingFile(models.Model):
    """A file, sealed for its own row: copied into another it does not open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="training_file_type_known",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="training_file_not_empty"),
        ]


class Track(models.Model):
    """A course: for whom, by when, how often anew, and how its exam is drawn and passed.

    Args:
        join_days: from the role that calls for it, or from publication where that was later.
        valid_days: of a certificate; then the course is due anew.
        for_guests: the lead of a deal may ask it of outside people of that deal.
        wait_hours, tries: between two failed exams; and how many may fail before a talk with an officer.
        minutes: time limit of the exam; none where empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title_zh = models.CharField(max_length=MAX_TITLE)
    title_en = models.CharField(max_length=MAX_TITLE)
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    for_guests = models.BooleanField(default=False)
    join_days = models.PositiveSmallIntegerField(default=14)
    valid_days = models.PositiveSmallIntegerField(default=365)
    draw = models.PositiveSmallIntegerField(default=10)
    pass_percent = models.PositiveSmallIntegerField(default=80)
    wait_hours = models.PositiveSmallIntegerField(default=24)
    tries = models.PositiveSmallIntegerField(default=3)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title_zh="") & ~Q(title_en=""), name="track_has_titles"),
            models.CheckConstraint(condition=Q(join_days__gte=1, join_days__lte=365), name="track_join_days"),
            models.CheckConstraint(
                condition=Q(valid_days__gte=30, valid_days__lte=1095), name="track_valid_days"
            ),
            models.CheckConstraint(condition=Q(draw__gte=1, draw__lte=100), name="track_draw"),
            models.CheckConstraint(
                condition=Q(pass_percent__gte=50, pass_percent__lte=100), name="track_pass_percent"
            ),
            models.CheckConstraint(condition=Q(wait_hours__lte=720), name="track_wait_hours"),
            models.CheckConstraint(condition=Q(tries__gte=1, tries__lte=20), name="track_tries"),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=240), name="track_minutes"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(published_at__isnull=False),
                name="track_retired_after",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_own_words(self.title_zh, self.title_en)

    @property
    def about(self) -> str:
        return in_own_words(self.about_zh, self.about_en)

    @property
    def is_running(self) -> bool:
        return self.published_at is not None and self.retired_at is None


class TrackRole(models.Model):
    """Whoever holds the role takes the track."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="audience")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "role"], name="track_role_once")]


class Lesson(models.Model):
    """One lesson. A video is only linked to; a page of ours embeds nothing of others."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=LessonKind)
    title_zh = models.CharField(max_length=MAX_TITLE)
    title_en = models.CharField(max_length=MAX_TITLE)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.OneToOneField(TrainingFile, null=True, on_delete=models.PROTECT, related_name="lesson")
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LessonKind.values), name="lesson_kind_known"),
            models.CheckConstraint(condition=~Q(title_zh="") & ~Q(title_en=""), name="lesson_has_titles"),
            models.CheckConstraint(
                condition=Q(kind=LessonKind.FILE, file__isnull=False)
                | (~Q(kind=LessonKind.FILE) & Q(file__isnull=True)),
                name="lesson_file_where_it_is_one",
            ),
            models.CheckConstraint(
                condition=Q(kind=LessonKind.VIDEO, link__startswith="https://")
                | (~Q(kind=LessonKind.VIDEO) & Q(link="")),
                name="lesson_link_where_it_is_a_video",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LessonKind.TEXT) | (~Q(body_zh="") & ~Q(body_en="")),
                name="lesson_text_in_both_languages",
            ),
        ]
        indexes = [models.Index(fields=["track", "position"], name="lesson_in_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_own_words(self.title_zh, self.title_en)

    @property
    def body(self) -> str:
        return in_own_words(self.body_zh, self.body_en)


class Question(models.Model):
    """One question of a track's bank. `right` are places in the options, from 0.

    `asked` and `wrong` count exams that were handed in, and nothing of who answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=8, choices=QuestionKind)
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    options_zh = ArrayField(models.CharField(max_length=300))
    options_en = ArrayField(models.CharField(max_length=300))
    right = ArrayField(models.PositiveSmallIntegerField())
    why_zh = models.CharField(max_length=600)
    why_en = models.CharField(max_length=600)
    asked = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(
                condition=~Q(text_zh="") & ~Q(text_en="") & ~Q(why_zh="") & ~Q(why_en=""),
                name="question_is_worded",
            ),
            models.CheckConstraint(
                condition=Q(options_zh__len__gte=2, options_zh__len__lte=MAX_OPTIONS)
                & Q(options_en__len=F("options_zh__len")),
                name="question_has_options",
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.MULTIPLE, right__len__gte=2)
                | (~Q(kind=QuestionKind.MULTIPLE) & Q(right__len=1)),
                name="question_right_fits_kind",
            ),
            models.CheckConstraint(condition=Q(wrong__lte=F("asked")), name="question_wrong_of_asked"),
        ]
        indexes = [models.Index(fields=["track"], name="question_of_track")]

    @property
    def text(self) -> str:
        return in_own_words(self.text_zh, self.text_en)

    @property
    def why(self) -> str:
        return in_own_words(self.why_zh, self.why_en)

    @property
    def options(self) -> list[str]:
        return self.options_zh if (get_language() or "").startswith("zh") else self.options_en

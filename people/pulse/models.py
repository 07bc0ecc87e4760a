"""The pulse survey (M8): short, anonymous, and reported once.

Answers are counts, never rows of their own: there is nothing to be linked to anybody. Who has answered
is kept beside them, without when.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.roles.permissions import Duty

SHORTEST, LONGEST = timedelta(days=3), timedelta(days=31)
APART = timedelta(days=60)  # from one round's beginning to the next
VALUES = (1, 2, 3, 4, 5)  # not at all … wholly


class Question(models.IntegerChoices):
    KNOW = 1, _("I know what I may open and what not.")
    TIME = 2, _("I have the time to handle data with care.")
    SPEAK = 3, _("I can say when something goes wrong, without fear.")
    EXAMPLE = 4, _("Those who lead handle data as they ask of us.")
    TOOLS = 5, _("Our tools make the careful way the easy one.")


class PulseRound(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opens_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gte=F("opens_at") + SHORTEST, closes_at__lte=F("opens_at") + LONGEST),
                name="pulse_open_for_a_while",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.closes_at


class PulseVoice(models.Model):
    """That somebody has answered, so that nobody does twice. No time: it would order people beside counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(PulseRound, on_delete=models.PROTECT, related_name="voices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="pulse_one_voice")]


class PulseCount(models.Model):
    """How many of a group gave which answer to which question."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(PulseRound, on_delete=models.PROTECT, related_name="counts")
    group = models.CharField(max_length=10)
    question = models.PositiveSmallIntegerField(choices=Question)
    value = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "group", "question", "value"], name="pulse_count_once"),
            models.CheckConstraint(
                condition=Q(group__in=["", *(duty.value for duty in Duty)]), name="pulse_group_known"
            ),
            models.CheckConstraint(condition=Q(question__in=Question.values), name="pulse_question_known"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="pulse_value_known"),
        ]

"""Whistle-blowing reports: their state, their sealed texts, and whom they accuse.

A report knows no time of day, and its id is drawn, not counted: what is stored does not say when somebody sat
before a screen. Nothing here points to a reporter; a protection does, once they have said who they are
(`shields.py`).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.speakup.codes import BY_REPORTER, Category, Outcome, Says, State
from vault.masking import masks
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

PERSON = settings.AUTH_USER_MODEL
TEXT = "speakup.text"
LEAST_MONTHS, MOST_MONTHS = 6, 120


class SpeakUpKeys(models.Model):
    """The one row that names the channel's own compartment and the index key of the receipt codes."""

    one_row = models.BooleanField(primary_key=True, default=True)
    compartment = models.UUIDField(unique=True)
    key_id = models.BigIntegerField(unique=True)
    index_key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one_row=True), name="speakup_keys_one_row")]


class SpeakUpPolicy(models.Model):
    """How long a closed report is kept. One row."""

    one_row = models.BooleanField(primary_key=True, default=True)
    months = models.PositiveSmallIntegerField(default=24)
    changed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one_row=True), name="speakup_policy_one_row"),
            models.CheckConstraint(
                condition=Q(months__gte=LEAST_MONTHS, months__lte=MOST_MONTHS), name="speakup_policy_months"
            ),
        ]


class SpeakUpCase(models.Model):
    """One report. `code` is the token of its receipt code; `apart`: not for the house's officers.

    `waits`: the reporter wrote something that nobody who handles it has opened yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    compartment = models.UUIDField()
    key_id = models.BigIntegerField(unique=True)
    code = models.BinaryField(max_length=16, null=True, unique=True)
    category = models.CharField(max_length=10, choices=Category)
    state = models.CharField(max_length=14, choices=State, default=State.NEW)
    apart = models.BooleanField(default=False)
    waits = models.BooleanField(default=True)
    made_on = models.DateField()
    acknowledged_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    destroyed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(category__in=Category.values), name="speakup_category_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="speakup_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.NEW, acknowledged_on__isnull=True)
                | (~Q(state=State.NEW) & Q(acknowledged_on__isnull=False, acknowledged_on__gte=F("made_on"))),
                name="speakup_acknowledged_has_day",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.CLOSED,
                    closed_on__isnull=False,
                    answered_on__isnull=False,
                    outcome__in=Outcome.values,
                )
                | (~Q(state=State.CLOSED) & Q(closed_on__isnull=True, outcome="")),
                name="speakup_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_on__isnull=True, code__isnull=False)
                | Q(state=State.CLOSED, destroyed_on__isnull=False, code__isnull=True),
                name="speakup_destroyed_has_no_code",
            ),
        ]
        indexes = [
            models.Index(fields=["-made_on", "-id"], name="speakup_by_day"),
            models.Index(fields=["state"], name="speakup_open", condition=Q(destroyed_on__isnull=True)),
        ]

    @property
    def short(self) -> str:
        """What people call it: the end of its id."""
        return self.pk.hex[-6:].upper()


class SpeakUpText(SealedModel):
    """What was written, sealed under the report's key; never changed, gone with the report (trigger).

    `by` is who answered or noted; what a reporter wrote is by nobody.
    """

    changeable = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(SpeakUpCase, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=10, choices=Says)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()

    words = SealedGroup(TEXT)
    text = SealedText(words, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="speakup_text_once"),
            models.CheckConstraint(condition=Q(says__in=Says.values), name="speakup_text_kind_known"),
            models.CheckConstraint(condition=Q(words__isnull=False), name="speakup_text_says_something"),
            models.CheckConstraint(
                condition=Q(says__in=BY_REPORTER, by__isnull=True)
                | (~Q(says__in=BY_REPORTER) & Q(by__isnull=False)),
                name="speakup_reporter_has_no_account",
            ),
        ]

    def sealed_subject(self) -> uuid.UUID:
        return self.case_id

    def sealed_row(self) -> bytes:
        row: uuid.UUID = self.pk
        return row.bytes

    def sealed_compartment(self) -> bytes:
        return self.case.compartment.bytes


class Accused(models.Model):
    """Whom a report accuses, as those who handle it marked: they see nothing of it from then on."""

    case = models.ForeignKey(SpeakUpCase, on_delete=models.PROTECT, related_name="accused")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="speakup_accused_once")]

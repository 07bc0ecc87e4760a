"""What the watch keeps: its place in the log, days in numbers, rules, findings, mutes, trials.

People who are watched stand here by the id that the log knows them by.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.anomalies.codes import DECIDED, Change, Confirmed, FalseAlarm, MuteReason, State

OFFICER = settings.AUTH_USER_MODEL
MAX_EVIDENCE = 500  # entries that a finding names; how many there are is always said
MAX_MUTED_DAYS = 90
MAX_TRIED_DAYS = 365


class WatchPlace(models.Model):
    """Where the detector goes on: the index of the next leaf of the log. One row."""

    id = models.BooleanField(primary_key=True, default=True)
    next_index = models.BigIntegerField(default=0)
    begun_on = models.DateField()  # days before it are counted, and nobody is found for them
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=True), name="watch_place_one_row"),
            models.CheckConstraint(condition=Q(next_index__gte=0), name="watch_place_not_negative"),
        ]


class PersonDay(models.Model):
    """A person's day in numbers: what baselines are taken from. Counted anew from the log with every new
    entry."""

    person_id = models.UUIDField()
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    listed = models.PositiveIntegerField(default=0)
    views = models.PositiveIntegerField(default=0)
    reveals = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    hours = ArrayField(models.PositiveIntegerField(), size=24)
    networks = ArrayField(models.CharField(max_length=50), default=list)
    browsers = ArrayField(models.CharField(max_length=80), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "day"], name="person_day_once"),
            models.CheckConstraint(condition=Q(hours__len=24), name="person_day_has_hours"),
        ]
        indexes = [models.Index(fields=["day"], name="person_day_by_day")]


class RuleVersion(models.Model):
    """How a rule was set, from `made_at` on. Never changed: a change is another version."""

    rule = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    active = models.BooleanField()
    params = models.JSONField()
    why = models.CharField(max_length=30, choices=Change)
    made_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="rule_version_from_one"),
            models.CheckConstraint(condition=Q(why__in=Change.values), name="rule_version_why_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
                name="rule_version_two_people",
            ),
        ]


class Mute(models.Model):
    """Findings of a rule about a person are kept but wait for nobody, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=30)
    person_id = models.UUIDField()
    until = models.DateField()
    reason = models.CharField(max_length=30, choices=MuteReason)
    made_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=MuteReason.values), name="mute_reason_known"),
            models.CheckConstraint(condition=~Q(made_by_id=F("person_id")), name="mute_not_of_oneself"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="mute_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["rule", "person_id"], condition=Q(ended_at__isnull=True), name="mute_once"
            ),
        ]


class Finding(models.Model):
    """Something unusual that a rule found in a day of somebody, and what officers say it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=30)
    version = models.PositiveIntegerField()  # of the rule; 0 for its first settings
    about = models.CharField(max_length=60)  # a person's id, a network, or "house"
    person_id = models.UUIDField(null=True)
    day = models.DateField()
    number = models.PositiveSmallIntegerField(
        default=1
    )  # another one of that day, after the last was decided on
    measure = models.PositiveIntegerField()
    limit = models.PositiveIntegerField()
    entries = ArrayField(models.UUIDField(), size=MAX_EVIDENCE)
    entry_count = models.PositiveIntegerField()
    last_at = models.DateTimeField()  # of its last entry
    found_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    mute = models.ForeignKey(Mute, null=True, on_delete=models.PROTECT, related_name="findings")
    taken_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30, blank=True, choices=[*Confirmed.choices, *FalseAlarm.choices])
    decided_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "about", "day", "number"], name="finding_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="finding_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.CONFIRMED, reason__in=Confirmed.values)
                | Q(state=State.FALSE_ALARM, reason__in=FalseAlarm.values)
                | (~Q(state__in=DECIDED) & Q(reason="")),
                name="finding_reason_of_its_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="finding_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(person_id__isnull=True)
                | (
                    (Q(decided_by__isnull=True) | ~Q(decided_by_id=F("person_id")))
                    & (Q(taken_by__isnull=True) | ~Q(taken_by_id=F("person_id")))
                ),
                name="finding_not_by_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MUTED) | Q(mute__isnull=False), name="finding_muted_by_a_mute"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REVIEW) | Q(taken_by__isnull=False), name="finding_taken_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["-found_at", "-id"], name="finding_by_time"),
            models.Index(fields=["rule", "decided_at"], name="finding_by_rule"),
        ]

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED


class Leaving(models.Model):
    """Officers know that somebody leaves: what they take along from then on is a finding."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="leaving_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | (Q(ended_at__isnull=False) & ~Q(ended_by=F("person"))),
                name="leaving_not_ended_by_oneself",
            ),
        ]


class Trial(models.Model):
    """A rule, tried on the past with numbers that are not in force. It makes no finding."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=30)
    params = models.JSONField()
    first = models.DateField()
    days = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField(default=0)  # days
    hits = models.JSONField(default=list)  # [about, day, measure, limit, entries]
    asked_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MAX_TRIED_DAYS), name="trial_days_bounded"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("days")), name="trial_done_bounded"),
        ]

    @property
    def is_running(self) -> bool:
        return self.done < self.days

"""Incident cases. What spans rows is kept by the triggers of migration 0012."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from compliance.containment.clocks import CLOCKS, ClockRule
from compliance.containment.codes import Answer, Closed, Contained, Event, Severity, State
from people.locks.codes import LockReason
from people.locks.models import Lock

USER = settings.AUTH_USER_MODEL


class Incident(models.Model):
    """One case. `discovered_at` starts its clocks, and only ever becomes earlier."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.CharField(max_length=20, choices=LockReason)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.ORDINARY)
    critical = models.BooleanField(default=False)
    gdpr = models.BooleanField(default=False)
    discovered_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    contained = models.CharField(max_length=20, blank=True, choices=Contained)
    contained_at = models.DateTimeField(null=True)
    closed = models.CharField(max_length=20, blank=True, choices=Closed)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="incident_severity_known"),
            models.CheckConstraint(condition=Q(reason__in=LockReason.values), name="incident_reason_known"),
            models.CheckConstraint(
                condition=Q(discovered_at__lte=F("opened_at")), name="incident_discovered_before"
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, contained="", contained_at__isnull=True)
                | Q(
                    state__in=[State.CONTAINED, State.CLOSED],
                    contained__in=Contained.values,
                    contained_at__isnull=False,
                ),
                name="incident_contained_by_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.OPEN, State.CONTAINED], closed="", closed_at__isnull=True)
                | Q(state=State.CLOSED, closed__in=Closed.values, closed_at__isnull=False),
                name="incident_closed_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="incident_by_time")]


class IncidentLock(models.Model):
    """A lock belongs to one case."""

    lock = models.OneToOneField(Lock, primary_key=True, on_delete=models.PROTECT, related_name="link")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")


class IncidentClock(models.Model):
    """`due_at` only ever becomes earlier; once answered it stays as it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=20, blank=True, choices=Answer)
    note = models.TextField(max_length=500, blank=True)
    answered_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "code"], name="incident_clock_once"),
            models.CheckConstraint(
                condition=Q(answer="", note="", answered_by__isnull=True, answered_at__isnull=True)
                | (
                    Q(answer__in=Answer.values, answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(note="")
                ),
                name="incident_clock_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(answer=""), name="incident_clock_waiting"),
        ]

    @property
    def rule(self) -> ClockRule:
        return CLOCKS[self.code]

    @property
    def is_overdue(self) -> bool:
        return not self.answer and timezone.now() > self.due_at

    @property
    def was_late(self) -> bool:
        return self.answered_at is not None and self.answered_at > self.due_at

    @property
    def left(self) -> timedelta:
        """Until it is due, or since."""
        return abs(self.due_at - timezone.now())

    @property
    def hours_left(self) -> int:
        return int(self.left.total_seconds() // 3600)

    @property
    def minutes_left(self) -> int:
        return int(self.left.total_seconds() % 3600 // 60)


class IncidentEvent(models.Model):
    """The book of decisions: added to, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Event)
    code = models.CharField(max_length=40, blank=True)
    note = models.TextField(max_length=500, blank=True)
    lock = models.ForeignKey(Lock, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Event.values), name="incident_event_known"),
            models.CheckConstraint(
                condition=~Q(kind=Event.NOTE) | ~Q(note=""), name="incident_event_note_says_something"
            ),
        ]
        indexes = [models.Index(fields=["incident", "-at"], name="incident_event_by_time")]

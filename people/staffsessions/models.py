"""Staff sessions: the short time in which an administrator may change something, and for whom they do."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from people.accounts.system import SYSTEM_ID
from people.approvals.reasons import LONGEST as LONGEST_NOTE

LONGEST = timedelta(minutes=60)


class Ground(models.TextChoices):
    """Why a session was opened. Entries keep the code as their reason."""

    JOINS = "staff.joins", _("Somebody joins the house")
    MOVES = "staff.moves", _("Somebody's work changes")
    LEAVES = "staff.leaves", _("Somebody leaves")
    LOCKED_OUT = "staff.locked_out", _("Somebody cannot sign in")
    CORRECTS = "staff.corrects", _("Details of an account are wrong")
    ASKED = "staff.asked", _("Requests for access are handled")
    REVIEWED = "staff.reviewed", _("A review of access decided so")
    CONTAINS = "staff.contains", _("Something happened and must be contained")


class Over(models.TextChoices):
    """Why a session is over. Entries keep the code as their reason."""

    ENDED = "staff.ended", _("Ended by whoever opened it")
    TIME = "staff.time", _("Its time was over")
    SESSION = "staff.session", _("Signed out, or in anew")
    OFFICER = "staff.officer", _("Ended by a compliance officer")
    ANEW = "staff.anew", _("Another one was opened")


class StaffSession(models.Model):
    """Who administers, at whose request, in which browser session, until when.

    The row decides; the browser's session only says which row. What it says of people and times is never
    changed, and an end never taken back; an administrator opens it, at the request of staff or of the house
    itself (trigger of migration 0005).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=20, choices=Ground)
    note = models.TextField(max_length=LONGEST_NOTE)
    session = models.UUIDField()  # as the log calls it, not its key
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    over = models.CharField(max_length=20, choices=Over, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + LONGEST),
                name="staff_session_is_short",
            ),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="staff_session_has_ground"),
            models.CheckConstraint(condition=~Q(note=""), name="staff_session_has_note"),
            models.CheckConstraint(condition=~Q(requested_by=F("person")), name="staff_session_for_another"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, over="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, over__in=Over.values),
                name="staff_session_ends_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="staff_session_one_a_person"
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="staff_session_by_time"),
            models.Index(fields=["person", "-opened_at"], name="staff_session_by_person"),
        ]

    @property
    def for_the_house(self) -> bool:
        """Whether no single colleague asked for it."""
        return self.requested_by_id == SYSTEM_ID

    @property
    def until(self) -> datetime:
        """When it ended, or will."""
        return self.ended_at or self.ends_at

    @property
    def is_open(self) -> bool:
        """Whether it stands by the clock; whether for this browser, standing.py says."""
        return self.ended_at is None and timezone.now() < self.ends_at

    @property
    def minutes_left(self) -> int:
        """For the bar: full minutes and the one begun."""
        return max(0, -(-int((self.ends_at - timezone.now()).total_seconds()) // 60))

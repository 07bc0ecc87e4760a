"""The reviews of access of each quarter, and every access that one asks about."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.ids import uuid7
from compliance.accessreviews.codes import LONGEST, Kind, State
from people.approvals.reasons import LONGEST as LONGEST_REASON

_PERSON = settings.AUTH_USER_MODEL


class AccessReview(models.Model):
    """One quarter's review. Its times are final, and it closes only when nothing in it waits (triggers of
    the migration that made it)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quarter = models.CharField(max_length=6)  # "2026Q4", by the calendar of the house
    opened_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quarter"], name="access_review_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(quarter__regex=r"^\d{4}Q[1-4]$"), name="access_review_names_its_quarter"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opened_at"), due_at__lte=F("opened_at") + LONGEST),
                name="access_review_due_within_a_month",
            ),
        ]

    def __str__(self) -> str:
        year, _q, number = self.quarter.partition("Q")
        return _("Q%(number)s %(year)s") % {"number": number, "year": year}

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at <= timezone.now()


class ReviewedAccess(models.Model):
    """One access of one person as it was when the review was opened, and what was decided about it.

    `thing` is the role grant, the client book, the deal or the group. Decided once, and not by the person
    whose access it is; kept only in time, and what was not used only for a reason.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=5, choices=Kind)
    thing = models.UUIDField()
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=40)  # role's code, level in the book, how far a group sees
    deal = models.UUIDField(null=True)
    since = models.DateTimeField()
    given_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    last_used = models.DateField(null=True)  # within LOOKED_BACK; null: not
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "kind", "thing", "person"], name="reviewed_access_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="reviewed_access_kind_known"),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, decided_at__isnull=True, decided_by__isnull=True)
                | (Q(state__in=State.values, decided_at__isnull=False) & ~Q(state=State.WAITING)),
                name="reviewed_access_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.KEPT, State.REVOKED]) | Q(decided_by__isnull=False),
                name="reviewed_access_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")),
                name="reviewed_access_not_ones_own",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.KEPT) | Q(last_used__isnull=False) | ~Q(reason=""),
                name="reviewed_access_unused_kept_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["review", "state", "id"], name="reviewed_access_by_state")]

    @property
    def waits(self) -> bool:
        return self.state == State.WAITING

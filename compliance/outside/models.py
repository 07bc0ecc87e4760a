"""An outside audit: the firm, who sits for it, what they may look at, from when to when.

What was agreed to stays: the triggers of migration 0015 refuse another scope, period or end, whichever code
asks, and a third audit running by the same firm or the same auditor in charge. All free text and every file
is sealed (`texts.py`, `files.py`).
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from compliance.audits.codes import Basis
from compliance.outside.codes import Area, Method, State, Why

PERSON = settings.AUTH_USER_MODEL
LONGEST = timedelta(days=92)  # of a seat
MAX_FIRM = 80
MOST_RUNNING = 2  # audits one after the other (CAC order no. 18: three running are one too many)


class OutsideKeys(models.Model):
    """The one row that names the slice's own compartment; each audit's key hangs from it."""

    one_row = models.BooleanField(primary_key=True, default=True)
    compartment = models.UUIDField(unique=True)
    key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one_row=True), name="outside_keys_one_row")]


def _agreed() -> Q:
    agreed = Q(agreed_by__isnull=False, agreed_at__isnull=False, approval__isnull=False)
    not_agreed = Q(agreed_by__isnull=True, agreed_at__isnull=True, approval__isnull=True)
    after = [State.AGREED, State.ENDED]
    return (Q(state__in=after) & agreed) | (~Q(state__in=after) & not_agreed)


class OutsideAudit(models.Model):
    """One engagement. `deals`: only what concerns these, where any is named; else the whole house.

    The seats are open from `opens_at` until `ends_at`, or until `ended_at` where the house ends them before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    firm = models.CharField(max_length=MAX_FIRM)
    firm_code = models.CharField(max_length=18)
    basis = models.CharField(max_length=20, choices=Basis)
    method = models.CharField(max_length=20, choices=Method)
    areas = ArrayField(models.CharField(max_length=12, choices=Area))
    deals = ArrayField(models.UUIDField(), default=list)
    period_from = models.DateField()
    period_to = models.DateField()
    opens_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    compartment = models.UUIDField()
    key_id = models.BigIntegerField(unique=True)
    lead = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    approval = models.ForeignKey(
        "people.ApprovalRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=20, choices=Why, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(firm=""), name="outside_audit_names_a_firm"),
            models.CheckConstraint(
                condition=Q(firm_code__regex=r"^[0-9A-Z]{18}$"), name="outside_audit_firm_has_a_code"
            ),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="outside_audit_method_known"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="outside_audit_basis_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="outside_audit_state_known"),
            models.CheckConstraint(
                condition=Q(areas__len__gte=1) & Q(areas__contained_by=list(Area.values)),
                name="outside_audit_areas_known",
            ),
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")), name="outside_audit_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opens_at"), ends_at__lte=F("opens_at") + LONGEST),
                name="outside_audit_ends_by_itself",
            ),
            models.CheckConstraint(condition=_agreed(), name="outside_audit_agreed_to_by_somebody"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("made_by")),
                name="outside_audit_agreed_to_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.ENDED, ended_at__isnull=False) & ~Q(ended_why=""))
                | (~Q(state=State.ENDED) & Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")),
                name="outside_audit_ended_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="outside_audit_by_date"),
            models.Index(fields=["ends_at"], name="outside_audit_open", condition=Q(state=State.AGREED)),
        ]

    def __str__(self) -> str:
        return self.firm

    @property
    def is_open(self) -> bool:
        """For display; the gate asks the database (access.py)."""
        return self.state == State.AGREED and self.opens_at <= timezone.now() < self.ends_at


class OutsideSeat(models.Model):
    """Somebody from outside who sits for an audit. Whoever has a row here reaches nothing but their seats
    (`middleware.py`), for good: also when the last one has closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(OutsideAudit, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "person"], name="outside_seat_once")]

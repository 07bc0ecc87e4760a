"""A person's leaving or changing of jobs, who gets what they hold, and what they are to give back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from audit.ids import uuid7
from people.approvals.models import ApprovalRequest
from people.approvals.reasons import LONGEST
from people.roles.models import Role
from people.staffing.codes import OPEN, Kind, State

USER = settings.AUTH_USER_MODEL


class Job(models.Model):
    """A job of the house: the roles that whoever does it holds. `signs_anew`: whoever comes to it from
    another job signs the house's undertaking once more, and nothing opens before that."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name_zh = models.CharField(max_length=30)
    name_en = models.CharField(max_length=60)
    roles = models.ManyToManyField(Role, through="JobRole", related_name="jobs")
    signs_anew = models.BooleanField(default=False)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="") & ~Q(name_en=""), name="job_has_names"),
            models.UniqueConstraint(
                fields=["name_zh"], condition=Q(retired_at__isnull=True), name="job_name_zh_once"
            ),
            models.UniqueConstraint(
                fields=["name_en"], condition=Q(retired_at__isnull=True), name="job_name_en_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class JobRole(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="job_roles")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "role"], name="job_role_once")]


class StaffChange(models.Model):
    """Somebody joins, leaves, or comes to another job, at an hour; whoever joins, not before what they owe is
    done (checklist.py). `lead` gets what nobody was named for.

    `roles` are those of the job as they were agreed to: another set of the job changes nothing of it. What it
    says of people and times is never changed, and nothing comes back from its end (trigger of migration
    0022).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=5, choices=Kind)
    person = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="staff_changes")
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=40), default=list)
    reason = models.TextField(max_length=LONGEST)
    happens_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    approval = models.OneToOneField(ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # The exit talk: which text of the undertaking was shown (SHA-256), in which name it was acknowledged.
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_text = models.BinaryField(max_length=32, null=True)
    acknowledged_name = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="staff_change_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="staff_change_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="staff_change_has_reason"),
            models.CheckConstraint(condition=~Q(lead=F("person")), name="staff_change_lead_is_another"),
            models.CheckConstraint(condition=~Q(planned_by=F("person")), name="staff_change_not_by_oneself"),
            models.CheckConstraint(
                condition=Q(kind=Kind.LEAVE, job__isnull=True, roles=[])
                | (Q(kind__in=[Kind.JOIN, Kind.MOVE], job__isnull=False) & ~Q(roles=[])),
                name="staff_change_names_its_job",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.LEAVE)
                | ~Q(state__in=[State.SET, State.DONE])
                | Q(approval__isnull=False),
                name="staff_change_job_agreed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="staff_change_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    acknowledged_at__isnull=True, acknowledged_text__isnull=True, acknowledged_name=""
                )
                | (
                    Q(kind=Kind.LEAVE, acknowledged_at__isnull=False, acknowledged_text__isnull=False)
                    & ~Q(acknowledged_name="")
                ),
                name="staff_change_acknowledged_in_a_name",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=OPEN), name="staff_change_one_a_person"
            ),
        ]
        indexes = [models.Index(fields=["state", "happens_at"], name="staff_change_by_hour")]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def leaves(self) -> bool:
        return self.kind == Kind.LEAVE


class Succession(models.Model):
    """Who gets one thing (`kind` and `thing` as in people.staffing.estate) when the change happens."""

    change = models.ForeignKey(StaffChange, on_delete=models.PROTECT, related_name="successions")
    kind = models.CharField(max_length=20)
    thing = models.UUIDField()
    to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "kind", "thing"], name="succession_once_a_thing"),
            models.CheckConstraint(condition=Q(kind__regex=r"^[a-z]+$"), name="succession_kind_shape"),
        ]


LONGEST_NAME = 80


class ReturnItem(models.Model):
    """Something of the house that a leaver has: a laptop, a key, a seal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(StaffChange, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=LONGEST_NAME)
    returned_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="return_item_named"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, taken_by__isnull=True)
                | Q(returned_at__isnull=False, taken_by__isnull=False),
                name="return_item_taken_by_somebody",
            ),
        ]

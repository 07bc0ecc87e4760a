"""What a composed role is to be: asked for by an administrator, agreed to by an officer."""

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from people.roles.models import HOUSE
from people.roles.permissions import Duty


class ChangeState(models.TextChoices):
    PENDING = "pending", _("Waiting for an officer")
    IN_FORCE = "in_force", pgettext_lazy("role change", "In force")
    REFUSED = "refused", _("Refused")


class RoleChange(models.Model):
    """The whole of a role as it is to be: names, note, duty and set. What was asked for is never changed.

    A permission comes into a composed role only through the newest change in force, which somebody confirmed
    who neither asked for it nor holds the role (triggers of migration 0013). The role itself need not be
    there yet: it comes into being with its first change.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40)
    duty = models.CharField(max_length=10, choices=[(duty.value, duty.label) for duty in Duty])
    name_zh = models.CharField(max_length=30)
    name_en = models.CharField(max_length=60)
    note = models.TextField(max_length=500)
    permissions = ArrayField(models.CharField(max_length=60))
    up_to_grade = models.PositiveSmallIntegerField(null=True)
    stages = ArrayField(models.PositiveSmallIntegerField(), null=True)
    longest_days = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PENDING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="role_change_state_known"),
            models.CheckConstraint(
                condition=Q(duty__in=[duty.value for duty in Duty]), name="role_change_duty_known"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^house-[0-9a-f]{32}$"), name="role_change_of_composed"
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en="") & Q(permissions__len__gt=0),
                name="role_change_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="role_change_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.IN_FORCE) | Q(confirmed_by__isnull=False),
                name="role_change_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PENDING, decided_at__isnull=True)
                | (~Q(state=ChangeState.PENDING) & Q(decided_at__isnull=False)),
                name="role_change_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(up_to_grade__isnull=True) | Q(up_to_grade__range=(1, 4)),
                name="role_change_grade_known",
            ),
            models.CheckConstraint(
                condition=Q(stages__isnull=True) | Q(stages__len__gt=0), name="role_change_stages_named"
            ),
            models.CheckConstraint(
                condition=Q(longest_days__isnull=True) | Q(longest_days__gt=0), name="role_change_lasts"
            ),
            models.CheckConstraint(
                condition=Q(duty=Duty.BUSINESS.value) | Q(up_to_grade__isnull=True, stages__isnull=True),
                name="role_change_limits_business",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state=ChangeState.PENDING), name="role_change_one_at_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en

    @property
    def role_id(self) -> UUID:
        """What the log calls the role."""
        return UUID(self.code.removeprefix(HOUSE))

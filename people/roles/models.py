"""Roles are sets of named permissions; grants give them to people, and some only with an officer's word."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.roles.permissions import Duty, Permission


class RoleCode(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    AGENT = "agent", _("Agent")
    DEAL_LEAD = "deal_lead", _("Deal lead")
    COMPLIANCE_OFFICER = "compliance_officer", _("Compliance officer")
    AUDITOR = "auditor", _("Outside auditor")
    COUNSEL = "counsel", _("Outside counsel")


HOUSE = "house-"  # begins the code of a composed role; its id follows


class Role(models.Model):
    """A named set of permissions, built in (see builtin.py) or composed by the house.

    `duty` and `opens_data` follow from the set. A composed role has names of its own and one duty; whatever
    writes them, the triggers of migration 0013 refuse a permission that the role's row does not stand for.
    """

    code = models.CharField(primary_key=True, max_length=40)
    duty = models.CharField(max_length=10, choices=[(duty.value, duty.label) for duty in Duty])
    opens_data = models.BooleanField()
    name_zh = models.CharField(max_length=30, default="", db_default="")
    name_en = models.CharField(max_length=60, default="", db_default="")
    note = models.TextField(max_length=500, default="", db_default="")
    retired_at = models.DateTimeField(null=True)
    # How far what it gives reaches (limits.py); None: not limited in that. Upper layers know what they count.
    up_to_grade = models.PositiveSmallIntegerField(null=True)
    stages = ArrayField(models.PositiveSmallIntegerField(), null=True)
    longest_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duty__in=[duty.value for duty in Duty]), name="role_duty_known"
            ),
            # An administrator's role never opens data, whatever its permissions are called.
            models.CheckConstraint(
                condition=~Q(duty=Duty.ADMIN.value, opens_data=True), name="role_admin_opens_nothing"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^([a-z_]+|house-[0-9a-f]{32})$"), name="role_code_shape"
            ),
            # Every permission but an administrator's opens data, so a composed role does unless it is theirs.
            models.CheckConstraint(
                condition=~Q(code__startswith=HOUSE)
                | (~Q(name_zh="") & ~Q(name_en="") & (Q(opens_data=True) | Q(duty=Duty.ADMIN.value))),
                name="role_composed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=HOUSE) | Q(name_zh="", name_en="", retired_at__isnull=True),
                name="role_built_in_is_fixed",
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=HOUSE)
                | Q(up_to_grade__isnull=True, stages__isnull=True, longest_days__isnull=True),
                name="role_built_in_is_unlimited",
            ),
            models.CheckConstraint(
                condition=Q(duty=Duty.BUSINESS.value) | Q(up_to_grade__isnull=True, stages__isnull=True),
                name="role_limits_business",
            ),
            models.UniqueConstraint(
                Upper("name_zh"),
                condition=~Q(name_zh="") & Q(retired_at__isnull=True),
                name="role_name_zh_once",
            ),
            models.UniqueConstraint(
                Upper("name_en"),
                condition=~Q(name_en="") & Q(retired_at__isnull=True),
                name="role_name_en_once",
            ),
        ]

    def __str__(self) -> str:
        """Its name in the viewer's language."""
        if not self.composed:
            return str(RoleCode(self.code).label)
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en

    @property
    def composed(self) -> bool:
        """Whether the house composed it; a built-in one cannot be changed."""
        return self.code.startswith(HOUSE)

    @property
    def id(self) -> uuid.UUID | None:
        """What the log calls a composed role; a built-in one is known by its code."""
        return uuid.UUID(self.code.removeprefix(HOUSE)) if self.composed else None


class RolePermission(models.Model):
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once"),
            models.CheckConstraint(
                condition=Q(permission__regex=r"^[a-z]+(\.[a-z_]+)+$"), name="role_permission_shape"
            ),
        ]

    @property
    def label(self) -> str:
        return str(Permission(self.permission).label)


class GrantState(models.TextChoices):
    PENDING = "pending", _("Waiting for an officer")
    ACTIVE = "active", _("In force")
    REVOKED = "revoked", _("Revoked")
    REFUSED = "refused", _("Refused")


LIVE = (GrantState.PENDING, GrantState.ACTIVE)


class RoleGrant(models.Model):
    """One person's role, given by one and, where it opens data, confirmed by another.

    Beside the constraints here, the trigger of migration 0002 refuses a person both administrator and
    anything else, a role that opens data without a confirmation, and a role for a service account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    state = models.CharField(max_length=10, choices=GrantState, default=GrantState.PENDING)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    for_deal = models.UUIDField(null=True)  # where it counts on one deal only: the deals layer's own id

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(state__in=LIVE), name="grant_live_once"
            ),
            models.CheckConstraint(condition=Q(state__in=GrantState.values), name="grant_state_known"),
            models.CheckConstraint(condition=~Q(granted_by=F("user")), name="grant_not_by_oneself"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("granted_by")) & ~Q(confirmed_by=F("user"))),
                name="grant_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("created_at")),
                name="grant_ends_later",
            ),
            models.CheckConstraint(
                condition=~Q(role=RoleCode.COUNSEL.value) | Q(valid_until__isnull=False),
                name="grant_counsel_ends",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at__isnull=True)
                | (~Q(state__in=LIVE) & Q(ended_at__isnull=False)),
                name="grant_ended_has_time",
            ),
        ]
        indexes = [models.Index(fields=["role", "state"], name="grant_by_role")]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def has_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until <= timezone.now()

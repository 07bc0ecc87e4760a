"""Roles are sets of named permissions; grants give them to people, and some only with an officer's word."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.roles.permissions import Duty, Permission


class RoleCode(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    AGENT = "agent", _("Agent")
    DEAL_LEAD = "deal_lead", _("Deal lead")
    COMPLIANCE_OFFICER = "compliance_officer", _("Compliance officer")
    AUDITOR = "auditor", _("Outside auditor")


class Role(models.Model):
    """A named set of permissions. `duty` and `opens_data` follow from the set (see builtin.py)."""

    code = models.CharField(primary_key=True, max_length=40)
    duty = models.CharField(max_length=10, choices=[(duty.value, duty.label) for duty in Duty])
    opens_data = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duty__in=[duty.value for duty in Duty]), name="role_duty_known"
            ),
            # An administrator's role never opens data, whatever its permissions are called.
            models.CheckConstraint(
                condition=~Q(duty=Duty.ADMIN.value, opens_data=True), name="role_admin_opens_nothing"
            ),
        ]

    def __str__(self) -> str:
        return str(RoleCode(self.code).label)


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

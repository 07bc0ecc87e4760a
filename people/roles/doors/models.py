"""What each role asks of where and how its holder came in, and every change of that."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from people.approvals.models import ApprovalRequest
from people.roles.composing.models import ChangeState
from people.roles.doors.networks import MOST
from people.roles.models import Role

LONGEST_GRACE = 90  # days


class RoleDoor(models.Model):
    """What is in force: the role counts only from `networks` (empty: from everywhere), and from
    `passkey_from` on only in a session that a passkey opened (None: any second factor).

    Nothing but the newest change in force makes or changes it (trigger of migration 0022).
    """

    role = models.OneToOneField(Role, primary_key=True, on_delete=models.PROTECT, related_name="door")
    networks = ArrayField(models.CharField(max_length=43), default=list)
    passkey_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(networks__len__lte=MOST), name="role_door_networks_few"),
        ]


class DoorChange(models.Model):
    """What a role is to ask. What lets more people in than before, into a role that opens data, takes two
    (trigger of migration 0022); what shuts out is one administrator's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    networks = ArrayField(models.CharField(max_length=43), default=list)
    passkey_from = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PENDING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    approval = models.OneToOneField(ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="door_change_state_known"),
            models.CheckConstraint(condition=Q(networks__len__lte=MOST), name="door_change_networks_few"),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PENDING, decided_at__isnull=True)
                | (~Q(state=ChangeState.PENDING) & Q(decided_at__isnull=False)),
                name="door_change_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_at__gte=F("asked_at")),
                name="door_change_decided_later",
            ),
            models.UniqueConstraint(
                fields=["role"], condition=Q(state=ChangeState.PENDING), name="door_change_one_at_once"
            ),
        ]

"""The lock. What spans rows (who may be locked, how it ends) is kept by the triggers of migration 0009."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.approvals.models import ApprovalRequest
from people.locks.codes import DEALS, Kind, LockReason

USER = settings.AUTH_USER_MODEL


class Lock(models.Model):
    """From `locked_at` until an approval of two ends it, `object_id` is shut to everybody.

    `object_id` is the person, room, deal or book; `deal_id` the deal of a room or deal. `compartments` are
    those whose keys it withholds; `already` those of them that were frozen before, which its end leaves so.
    Layers above own these ids, so they are no foreign keys.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.UUIDField()
    person = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="locks")
    deal_id = models.UUIDField(null=True)
    compartments = ArrayField(models.UUIDField(), default=list)
    already = ArrayField(models.UUIDField(), default=list)
    reason = models.CharField(max_length=20, choices=LockReason)
    note = models.TextField(max_length=500)
    discovered_at = models.DateTimeField()
    locked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    approval = models.OneToOneField(ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="lock_kind_known"),
            models.CheckConstraint(condition=Q(reason__in=LockReason.values), name="lock_reason_known"),
            models.CheckConstraint(condition=~Q(note=""), name="lock_has_note"),
            models.CheckConstraint(
                condition=Q(kind=Kind.PERSON, person__isnull=False, object_id=F("person"))
                | (~Q(kind=Kind.PERSON) & Q(person__isnull=True)),
                name="lock_names_its_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=DEALS) | Q(deal_id__isnull=False), name="lock_names_its_deal"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("locked_by")), name="lock_not_of_oneself"
            ),
            models.CheckConstraint(
                condition=Q(discovered_at__lte=F("locked_at")), name="lock_discovered_before"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, approval__isnull=True)
                | Q(ended_at__isnull=False, approval__isnull=False),
                name="lock_ends_by_approval",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(ended_at__isnull=True), name="lock_once"
            ),
        ]
        indexes = [
            models.Index(fields=["deal_id"], condition=Q(ended_at__isnull=True), name="lock_by_deal"),
        ]

"""A run of destruction: its exact list, its batches with their orders, the tombstones and the certificate."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.retention.models import RetentionRule


class RunState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    REQUESTED = "requested", _("Waiting for two approvals")
    ORDERED = "ordered", _("Ordered")
    DONE = "done", _("Destroyed")
    DROPPED = "dropped", pgettext_lazy("destruction", "Dropped")


class DestructionRun(models.Model):
    """One list of clients that are due, from proposal to certificate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.PROPOSED)
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    approval_id = models.UUIDField(null=True, unique=True)
    ordered_at = models.DateTimeField(null=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(condition=Q(size__gte=1), name="run_destroys_something"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[RunState.ORDERED, RunState.DONE],
                    ordered_at__isnull=False,
                    ordered_by__isnull=False,
                )
                | (
                    ~Q(state__in=[RunState.ORDERED, RunState.DONE])
                    & Q(ordered_at__isnull=True, ordered_by__isnull=True)
                ),
                name="run_ordered_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RunState.DONE, RunState.DROPPED], ended_at__isnull=False)
                | (~Q(state__in=[RunState.DONE, RunState.DROPPED]) & Q(ended_at__isnull=True)),
                name="run_ended_has_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"], name="run_by_state")]

    @property
    def destroyed(self) -> "models.QuerySet[DestructionItem]":
        """Of an ordered run: whom it destroys, without those that were taken off it since."""
        return self.items.filter(live=True)


class DestructionBatch(models.Model):
    """What one transaction destroys. Without the log entry `order_entry` the keyring destroys nothing."""

    run = models.ForeignKey(DestructionRun, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    order_entry = models.UUIDField()
    done_entry = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    keys = models.PositiveIntegerField(null=True)
    index_rows = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="batch_number_once"),
            models.CheckConstraint(
                condition=Q(
                    done_at__isnull=True, done_entry__isnull=True, keys__isnull=True, index_rows__isnull=True
                )
                | Q(
                    done_at__isnull=False,
                    done_entry__isnull=False,
                    keys__isnull=False,
                    index_rows__isnull=False,
                ),
                name="batch_done_whole",
            ),
        ]


class DestructionItem(models.Model):
    """One client on a run's list. Plain ids: the client's row will be gone, this line stays."""

    run = models.ForeignKey(DestructionRun, on_delete=models.PROTECT, related_name="items")
    batch = models.ForeignKey(DestructionBatch, null=True, on_delete=models.PROTECT, related_name="items")
    client_id = models.UUIDField()
    book_id = models.UUIDField()
    key_id = models.BigIntegerField()
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "client_id"], name="item_once_a_run"),
            # Two lists never hold the same client, unless one of them was dropped.
            models.UniqueConstraint(
                fields=["client_id"], condition=Q(live=True), name="item_on_one_live_list"
            ),
        ]


class DestroyedRecord(models.Model):
    """The tombstone: that there was a record, when and why it went. Kept for ever (triggers of 0002)."""

    client_id = models.UUIDField(primary_key=True)
    book_id = models.UUIDField()
    run = models.ForeignKey(DestructionRun, on_delete=models.PROTECT, related_name="tombstones")
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField(default=timezone.now)
    # How many rows of the ledger of consents went with it.
    consents = models.PositiveIntegerField(default=0)


class DestructionCertificate(models.Model):
    """What was destroyed and where a copy of a key may still lie: exactly these bytes have this digest."""

    run = models.OneToOneField(
        DestructionRun, primary_key=True, on_delete=models.PROTECT, related_name="certificate"
    )
    content = models.TextField()
    digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField(default=timezone.now)
    entry = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(content__startswith="{"), name="certificate_has_content"),
        ]


class CertificateSupplement(models.Model):
    """Completes a certificate once the copies in rooms are destroyed; bound to it by its digest."""

    run = models.ForeignKey(DestructionRun, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveIntegerField()
    content = models.TextField()
    digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField(default=timezone.now)
    entry = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="supplement_number_once"),
            models.CheckConstraint(condition=Q(content__startswith="{"), name="supplement_has_content"),
        ]


class RoomCopy(models.Model):
    """That a run left a copy of somebody in a deal's room. What becomes of it: VersionEnd of deals."""

    run = models.ForeignKey(DestructionRun, on_delete=models.PROTECT, related_name="room_copies")
    version_id = models.UUIDField()
    supplement = models.ForeignKey(
        CertificateSupplement, null=True, on_delete=models.PROTECT, related_name="room_copies"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "version_id"], name="room_copy_once_a_run"),
        ]

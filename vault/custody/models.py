"""Rotations of the keys, and recovery copies of the root keys with their drills. No key is in any of these
rows."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RotationState(models.TextChoices):
    ORDERED = "ordered", pgettext_lazy("rotation", "Running")
    STOPPED = "stopped", pgettext_lazy("rotation", "Stopped: keys do not open")
    DONE = "done", pgettext_lazy("rotation", "Done")


class KeyRotation(models.Model):
    """One epoch's end, from the order to the destruction of the old root version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=RotationState, default=RotationState.ORDERED)
    ordered_at = models.DateTimeField(default=timezone.now)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approval_id = models.UUIDField(unique=True)
    version_before = models.PositiveIntegerField()
    version = models.PositiveIntegerField(null=True)
    keys_total = models.PositiveBigIntegerField(default=0)  # at the beginning; more may come meanwhile
    keys_moved = models.PositiveBigIntegerField(default=0)
    keys_broken = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RotationState.values), name="rotation_state_known"),
            # ended_at is null here, and nulls are equal: one row at most.
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="one_rotation_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=RotationState.DONE, ended_at__isnull=False, version__isnull=False)
                | (~Q(state=RotationState.DONE) & Q(ended_at__isnull=True)),
                name="rotation_done_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=True) | Q(version__gt=F("version_before")),
                name="rotation_goes_to_a_newer_version",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class RotationOrder(models.Model):
    """A log entry that names up to a thousand compartments; the keyring rotates those alone."""

    entry = models.UUIDField(primary_key=True)
    rotation = models.ForeignKey(KeyRotation, on_delete=models.PROTECT, related_name="orders")
    at = models.DateTimeField(default=timezone.now)


class RecoveryCopy(models.Model):
    """A copy of the root keys, split so that `threshold` of its shares give them back. The shares are
    files."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    threshold = models.PositiveSmallIntegerField()
    root_version = models.PositiveIntegerField()  # the newest in it

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(threshold__gte=2), name="recovery_takes_two_at_least")
        ]

    @property
    def left(self) -> int:
        """Shares that are not recorded as destroyed."""
        return sum(share.destroyed_at is None for share in self.shares.all())

    @property
    def lost_at(self) -> datetime | None:
        """When too few shares were left to recover anything; None while they suffice."""
        shares = list(self.shares.all())
        gone = sorted(share.destroyed_at for share in shares if share.destroyed_at)
        fatal = len(shares) - self.threshold  # the place of the one too many
        return gone[fatal] if len(gone) > fatal else None


class RecoveryShare(models.Model):
    """Who holds which share, and the recovery key it is sealed to."""

    copy = models.ForeignKey(RecoveryCopy, on_delete=models.PROTECT, related_name="shares")
    number = models.PositiveSmallIntegerField()
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, destroyed_by__isnull=True)
                | Q(destroyed_at__isnull=False, destroyed_by__isnull=False),
                name="share_destroyed_by_somebody",
            ),
            models.UniqueConstraint(fields=["copy", "number"], name="share_number_once"),
            models.UniqueConstraint(fields=["copy", "holder"], name="share_a_holder"),
        ]


class RecoveryDrill(models.Model):
    """A rehearsal on a scratch copy: whether these shares gave the very keys in force."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    copy = models.ForeignKey(RecoveryCopy, on_delete=models.PROTECT, related_name="drills")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shares = models.PositiveSmallIntegerField()
    passed = models.BooleanField()


class BackupContent(models.TextChoices):
    """What a copy holds. The two kinds together open everything of their time, so they lie apart."""

    KEYRING = "keyring", _("The keyring, without root keys")
    ROOT = "root", _("Root keys, without the keyring")
    BOTH = "both", _("The keyring and root keys together")


class BackupPlace(models.TextChoices):
    """Where a copy of keys lies. Codes: an address or a person's name has no place here."""

    SERVER = "server", _("On the server itself")
    MACHINE = "machine", _("On another machine of the house")
    MEDIUM = "medium", _("On a medium kept offline")
    SERVICE = "service", _("With a provider of storage")


class KeyringBackup(models.Model):
    """A backup of the keyring, of root keys or of both, as an officer declares it: Sealroom makes none and
    cannot see one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    taken_at = models.DateTimeField()
    # Who does not say is taken to hold what lasts longest: a certificate never promises too much by it.
    holds = models.CharField(max_length=10, choices=BackupContent, db_default=BackupContent.BOTH)
    place = models.CharField(max_length=10, choices=BackupPlace)
    declared_at = models.DateTimeField(default=timezone.now)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holds__in=BackupContent.values), name="keyring_backup_holds_something"
            ),
            models.CheckConstraint(
                condition=Q(place__in=BackupPlace.values), name="keyring_backup_place_known"
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, destroyed_by__isnull=True)
                | Q(destroyed_at__isnull=False, destroyed_by__isnull=False),
                name="keyring_backup_destroyed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__lte=F("declared_at")), name="keyring_backup_taken_before_it_is_declared"
            ),
        ]

    @property
    def holds_keyring(self) -> bool:
        return self.holds != BackupContent.ROOT

    @property
    def holds_root(self) -> bool:
        return self.holds != BackupContent.KEYRING

"""Declaring a backup of keys, and recording that a copy was destroyed: officers' words, on record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.custody.models import BackupContent, BackupPlace, KeyringBackup, RecoveryShare


@transaction.atomic
def declare_backup(
    *, actor: User, taken_at: datetime, holds: BackupContent, place: BackupPlace
) -> KeyringBackup:
    """From now on destruction certificates count it. Raises Refused; IntegrityError for a time to come."""
    require(actor, Permission.KEY_ROTATE)
    made = KeyringBackup.objects.create(taken_at=taken_at, holds=holds, place=place, declared_by=actor)
    record_change(
        Entry(
            action=Action.KEYS_BACKUP,
            object_type=ObjectType.KEYRING_BACKUP,
            object_id=made.pk,
            fields=(f"holds.{holds.value}",),
        )
    )
    return made


@transaction.atomic
def backup_gone(*, actor: User, backup_id: UUID) -> None:
    """A second time changes nothing. Raises Refused."""
    require(actor, Permission.KEY_ROTATE)
    found = KeyringBackup.objects.select_for_update().filter(pk=backup_id).first()
    if found is None:
        raise Refused(ObjectType.KEYRING_BACKUP, backup_id, Action.KEYS_COPY_GONE)
    if found.destroyed_at is None:
        found.destroyed_at, found.destroyed_by = timezone.now(), actor
        found.save(update_fields=["destroyed_at", "destroyed_by"])
        record_change(
            Entry(action=Action.KEYS_COPY_GONE, object_type=ObjectType.KEYRING_BACKUP, object_id=found.pk)
        )


@transaction.atomic
def share_gone(*, actor: User, copy_id: UUID, number: int) -> None:
    """A second time changes nothing. Raises Refused."""
    require(actor, Permission.KEY_ROTATE)
    found = RecoveryShare.objects.select_for_update().filter(copy_id=copy_id, number=number).first()
    if found is None:
        raise Refused(ObjectType.RECOVERY_COPY, copy_id, Action.KEYS_COPY_GONE)
    if found.destroyed_at is None:
        found.destroyed_at, found.destroyed_by = timezone.now(), actor
        found.save(update_fields=["destroyed_at", "destroyed_by"])
        record_change(
            Entry(
                action=Action.KEYS_COPY_GONE,
                object_type=ObjectType.RECOVERY_COPY,
                object_id=copy_id,
                fields=(f"share.{number}",),
            )
        )

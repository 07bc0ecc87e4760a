"""The key page: officers and administrators look, officers rotate."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from tests.access_matrix import Row, World, who
from tests.vault.records.makers import book_of
from vault.custody.models import BackupPlace, KeyringBackup, KeyRotation, RecoveryCopy, RecoveryShare

OFFICERS = who("olivia", "otto")
SEES = OFFICERS | who("ada")


def _running(world: World) -> None:
    world.rotation = KeyRotation.objects.create(
        ordered_by=world.olivia, approval_id=uuid4(), version_before=1
    )


def _rotation(world: World) -> list[Any]:
    return [world.rotation.pk]


def _backup(world: World) -> None:
    world.backup = KeyringBackup.objects.create(
        taken_at=timezone.now(), place=BackupPlace.MEDIUM, declared_by=world.olivia
    )


def _share(world: World) -> None:
    copy = RecoveryCopy.objects.create(made_by=world.olivia, threshold=2, root_version=1)
    world.share = RecoveryShare.objects.create(copy=copy, number=1, holder=world.otto, fingerprint="0" * 64)


def _compartment(world: World) -> None:
    world.book = book_of(world.ming)


ROWS: list[Row] = [
    Row(url="vault:keys_compartment", who=SEES, build=_compartment, args=lambda world: [world.book.pk]),
    Row(
        url="vault:keys_compartment",
        who=who(),
        args=lambda world: [uuid4()],
        state="no such compartment",
    ),
    Row(url="vault:keys_copies", who=SEES),
    Row(
        url="vault:keys_copies",
        who=OFFICERS,
        method="post",
        data=lambda world: {"taken_at": "2026-01-05T08:00", "holds": "root", "place": "medium"},
        state="declaring a backup",
    ),
    *(
        Row(
            url="vault:keys_backup_gone",
            who=OFFICERS,
            build=_backup,
            args=lambda world: [world.backup.pk],
            method=method,
        )
        for method in ("get", "post")
    ),
    *(
        Row(
            url="vault:keys_share_gone",
            who=OFFICERS,
            build=_share,
            args=lambda world: [world.share.copy_id, world.share.number],
            method=method,
        )
        for method in ("get", "post")
    ),
    Row(url="vault:keys_backup_gone", who=who(), args=lambda world: [uuid4()], method="post", state="none"),
    Row(url="vault:keys_share_gone", who=who(), args=lambda world: [uuid4(), 1], method="post", state="none"),
    Row(url="vault:keys", who=SEES),
    Row(url="vault:keys_rotate", who=OFFICERS),
    Row(url="vault:keys_progress", who=SEES, build=_running, args=_rotation),
    Row(url="vault:keys_progress", who=who(), args=lambda world: [uuid4()], state="no such rotation"),
    Row(url="vault:keys_go_on", who=OFFICERS, build=_running, args=_rotation, method="post"),
    Row(
        url="vault:keys_go_on",
        who=who(),
        args=lambda world: [uuid4()],
        method="post",
        state="no such rotation",
    ),
]

"""Timed work on files."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from audit.origin import Origin, acting_as
from deals.files.ends import RoomFrozen, end_version, ripe_ends
from deals.files.models import FileVersion, Upload
from people.accounts.system import SYSTEM_ID
from vault.files.store import file_path, remove_sealed_file

STALE = timedelta(hours=24)  # longer than any upload takes


@shared_task
def sweep_unfinished() -> int:
    """Remove what uploads left behind whose process was killed; returns how many. Safe to run twice."""
    removed = 0
    for upload in Upload.objects.filter(started_at__lt=timezone.now() - STALE):
        with transaction.atomic():
            locked = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload.pk).first()
            # The commit exchanges the Upload row for a version, so both at once cannot be; should they be all
            # the same, a file that somebody can open is never removed.
            if locked is not None and not FileVersion.objects.filter(pk=locked.pk).exists():
                remove_sealed_file(file_path(locked.pk))
                locked.delete()
                removed += 1
    return removed


@shared_task
def end_versions() -> None:
    """Destroy the versions whose end has come: what a killed worker left as well. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        for version_id in ripe_ends():
            with suppress(RoomFrozen):  # kept; the next run after the freeze takes it up
                end_version(version_id)


def end_soon() -> None:
    """For `transaction.on_commit`; should the queue be down, the timed run comes within a minute."""
    end_versions.delay()

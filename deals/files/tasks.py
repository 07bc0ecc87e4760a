"""Timed work on files."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from deals.files.models import FileVersion, Upload
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

"""Destroying the files of imports: keys by order in the log, then ciphertext. The worker's alone."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from vault.files.store import file_path, remove_sealed_file
from vault.keys import store
from vault.records.importing.jobfiles import outline_id
from vault.records.importing.models import ENDED, ImportJob, ImportState

BAD_ROWS_KEPT = timedelta(days=7)
UPLOAD_KEPT = timedelta(days=1)  # an upload that nobody starts


def discard_file(job: ImportJob, *, bad_rows: bool = False) -> None:
    """Destroy the uploaded list of an ended import, or its sheet of bad rows. Safe to do twice."""
    name, key_name = ("bad_file_id", "bad_file_key") if bad_rows else ("file_id", "file_key")
    file_id = getattr(job, name)
    if file_id is None:
        return
    order = record_read(
        Entry(
            action=Action.DESTRUCTION_ORDER,
            object_type=ObjectType.IMPORT_JOB,
            object_id=job.pk,
            subjects=(file_id,),
            deal=job.book.deal_id,
        )
    )
    with transaction.atomic():
        store.destroy(order, [file_id])
        setattr(job, name, None)
        setattr(job, key_name, None)
        job.save(update_fields=[name, key_name])
    remove_sealed_file(file_path(file_id))
    remove_sealed_file(file_path(outline_id(file_id)))


def ended_with_file() -> QuerySet[ImportJob]:
    """Ended imports whose uploaded list is still there: the worker was killed before it could destroy it."""
    return ImportJob.objects.filter(state__in=ENDED, file_id__isnull=False).select_related("book")


def expired_bad_rows() -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(
        bad_file_id__isnull=False, ended_at__lt=timezone.now() - BAD_ROWS_KEPT
    ).select_related("book")


def forgotten_uploads() -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(
        state__in=[ImportState.CHECKING, ImportState.UPLOADED], created_at__lt=timezone.now() - UPLOAD_KEPT
    ).select_related("book")

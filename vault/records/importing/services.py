"""Taking a list in, starting its import, and cancelling it."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.files.store import open_sealed_file
from vault.files.streams import as_stream
from vault.records.access import get_book
from vault.records.errors import NotPossible
from vault.records.importing.access import get_job
from vault.records.importing.jobfiles import NewFile
from vault.records.importing.jobs import end_job, log_job
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.sheets import read_sheet
from vault.records.importing.tasks import discard, run

_EXTENSIONS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")


def keep_upload(*, actor: User, file: NewFile, file_name: str) -> ImportJob:
    """Check an uploaded list, which lies sealed as `file`, from end to end, and keep it for its import.

    Raises:
        SheetError: it is no list of clients; the caller deletes it.
        Refused: no such book for this person.
    """
    book = get_book(actor, file.book.pk, Permission.CLIENT_IMPORT)
    extension = extension_of(file_name)
    with as_stream(open_sealed_file(file.path, file.key, file.binding)) as stream:
        total = read_sheet(stream, extension).row_count
    with transaction.atomic():
        file.keep()
        job = ImportJob.objects.create(
            book=book,
            actor=actor,
            language=get_language() or "en",
            extension=extension,
            file_id=file.file_id,
            file_key=file.key.key_id,
            total=total,
        )
        log_job(job, Action.IMPORT_UPLOAD)
    return job


def start_import(*, actor: User, job_id: UUID) -> ImportJob:
    """Queue the import. Starting it twice starts it once."""
    get_job(actor, job_id, Action.IMPORT_START)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",)).select_related("book").get(pk=job_id)
        if job.state == ImportState.UPLOADED:
            job.state, job.started_at = ImportState.RUNNING, timezone.now()
            job.save(update_fields=["state", "started_at"])
            log_job(job, Action.IMPORT_START)
            _once_committed(run.delay, str(job.pk))
    return job


def cancel_import(*, actor: User, job_id: UUID) -> ImportJob:
    """Stop the import; what is imported stays. The file is destroyed by the worker. Raises NotPossible."""
    get_job(actor, job_id, Action.IMPORT_CANCEL)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",)).select_related("book").get(pk=job_id)
        if job.has_ended:
            raise NotPossible(_("This import has ended already."))
        end_job(job, ImportState.CANCELLED)
        log_job(job, Action.IMPORT_CANCEL)
        _once_committed(discard.delay, str(job.pk))
    return job


def drop_bad_rows(*, actor: User, job_id: UUID) -> ImportJob:
    """Have the sheet of bad rows destroyed now instead of after its week."""
    job = get_job(actor, job_id, Action.IMPORT_CANCEL)
    with transaction.atomic():
        log_job(job, Action.IMPORT_DISCARD)
        _once_committed(discard.delay, str(job.pk), bad_rows=True)
    return job


def _once_committed(send: Callable[..., Any], *args: Any, **options: Any) -> None:
    """Queue a task after the commit. If the queue is down, beat finds the job by its state."""
    transaction.on_commit(partial(send, *args, **options), robust=True)


def extension_of(file_name: str) -> str:
    """What the reader needs of the name, out of a closed list; the rest of a name is never kept."""
    suffix = PurePath(file_name).suffix.lower()
    return suffix if suffix in _EXTENSIONS else ""

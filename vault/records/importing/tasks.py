"""The worker's part of imports. Arguments are ids; every task may run twice."""

from uuid import UUID

from celery import shared_task
from django.db import transaction

from audit.actions import Action
from audit.alone import alone
from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from vault.records.importing.checking import check_upload
from vault.records.importing.jobs import end_job, log_job
from vault.records.importing.leftovers import (
    discard_file,
    ended_with_file,
    expired_bad_rows,
    forgotten_uploads,
)
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.running import run_import
from vault.records.importing.undoing import undo_import


@shared_task
def check(job_id: str) -> None:
    """Check one uploaded list; the file of one that is no list is destroyed."""
    with alone(UUID(job_id)) as mine:
        if mine:
            check_upload(UUID(job_id))
    discard(job_id)


@shared_task
def run(job_id: str) -> None:
    """Run one import, and destroy its file when it has ended."""
    run_import(UUID(job_id))
    discard(job_id)


@shared_task
def discard(job_id: str, *, bad_rows: bool = False) -> None:
    """Destroy a file of an ended import, on behalf of whoever asked for it."""
    job = ImportJob.objects.select_related("book").filter(pk=UUID(job_id)).first()
    if job is not None and job.has_ended:
        with acting_as(Origin(actor=job.actor_id)):
            discard_file(job, bad_rows=bad_rows)


@shared_task
def undo(job_id: str) -> None:
    """Undo one import."""
    undo_import(UUID(job_id))


_RESUMED = {ImportState.CHECKING: check, ImportState.RUNNING: run, ImportState.UNDOING: undo}


@shared_task
def resume_all() -> None:
    """Pick up imports whose worker died, and what time has made superfluous."""
    for state, task in _RESUMED.items():
        for job_id in ImportJob.objects.filter(state=state).values_list("pk", flat=True):
            task.delay(str(job_id))
    with acting_as(Origin(actor=SYSTEM_ID)):
        for job in forgotten_uploads():
            with transaction.atomic():
                end_job(job, ImportState.CANCELLED)
                log_job(job, Action.IMPORT_CANCEL)
        for job in ended_with_file():
            discard_file(job)
        for job in expired_bad_rows():
            discard_file(job, bad_rows=True)

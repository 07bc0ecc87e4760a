"""What every part of an import does to its job: end it, and log about it."""

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from vault.formats.checked import FormatError
from vault.records.importing.models import ImportJob, ImportProblem, ImportState


def end_job(job: ImportJob, state: ImportState, *, problem: str = "") -> None:
    """Bring a job to its end, in the caller's transaction."""
    job.state, job.problem, job.ended_at = state, problem, timezone.now()
    job.save(update_fields=["state", "problem", "ended_at"])


def fail_job(job: ImportJob, problem: ImportProblem, flaw: FormatError | None = None) -> None:
    """The job is over; what it imported before stays. `flaw` says what is wrong with the file."""
    with transaction.atomic():
        if flaw is not None:
            job.flaw = {"code": flaw.code, "params": dict(flaw.problem.params)}
            job.save(update_fields=["flaw"])
        end_job(job, ImportState.FAILED, problem=problem)
        log_job(job, Action.IMPORT_END, reason=problem.value)


def log_job(job: ImportJob, action: Action, *, reason: str = "") -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.IMPORT_JOB,
            object_id=job.pk,
            subjects=(job.book_id,),  # by which the imports of a book are found in the log
            deal=job.book.deal_id,
            reason=reason,
        )
    )

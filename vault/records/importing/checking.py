"""Checking an uploaded list from end to end, and keeping what it looks like from above, sealed."""

from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.origin import Origin, acting_as
from vault.crypto.chunks import FileKey
from vault.crypto.errors import SealBroken
from vault.files.store import SealedWriter, file_path, remove_sealed_file
from vault.keys.errors import CompartmentFrozen, KeyWithheld
from vault.records.importing.jobfiles import binding_of, job_file, outline_id, uploaded_list
from vault.records.importing.jobs import fail_job
from vault.records.importing.models import ImportJob, ImportProblem, ImportState
from vault.records.importing.outline import Outline
from vault.records.importing.parsing import OUTLINE
from vault.records.importing.problems import SheetError
from vault.records.importing.reader import reading
from vault.records.models import ClientBook


def check_upload(job_id: UUID) -> None:
    """Check a list that is kept; its job then waits for its plan, or has failed. Safe to do twice."""
    job = ImportJob.objects.select_related("book").filter(pk=job_id, state=ImportState.CHECKING).first()
    if job is None or job.file_id is None:
        return
    with acting_as(Origin(actor=job.actor_id)):
        try:
            with uploaded_list(job) as stream:
                outline = read_outline(stream, job.extension)
            file = job_file(job, Action.IMPORT_READ)
            keep_outline(job.book, job.file_id, file.key, outline)
        except SheetError as flaw:
            fail_job(job, ImportProblem.UNREADABLE, flaw)
            return
        except (SealBroken, OSError):
            fail_job(job, ImportProblem.UNREADABLE)
            return
        except CompartmentFrozen:
            return  # it waits, as a running import does
        except KeyWithheld:
            fail_job(job, ImportProblem.WITHHELD)
            return
    with transaction.atomic():
        checked = ImportJob.objects.select_for_update().get(pk=job_id)
        if checked.state == ImportState.CHECKING:  # not cancelled meanwhile
            checked.state, checked.total = ImportState.UPLOADED, outline.longest
            checked.save(update_fields=["state", "total"])


def read_outline(stream: BinaryIO, extension: str) -> Outline:
    """Raises SheetError."""
    with reading(stream, {"task": OUTLINE, "extension": extension}) as messages:
        return Outline.from_bytes(next(messages).encode("utf-8", "surrogatepass"))


def keep_outline(book: ClientBook, file_id: UUID, key: FileKey, outline: Outline) -> None:
    """Seal the outline beside its list and under the same key, so that both die with it.

    Each sealed file derives a key of its own from a fresh salt, and its binding names another file: the two
    can be neither confused nor exchanged.
    """
    kept = outline_id(file_id)
    remove_sealed_file(file_path(kept))
    with SealedWriter(file_path(kept), key, binding_of(book, kept)) as writer:
        writer.write(outline.as_bytes())
        writer.finish()

"""Taking a list in, saying how it is read, starting its import, cancelling it, and taking it all back."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.permissions import Permission
from people.scanning.services import Unclean, require_clean
from vault.files.store import SealedFile, open_sealed_file
from vault.files.streams import as_stream
from vault.purposes.needs import needless_in, require_needed
from vault.purposes.sources.services import require_source
from vault.records.access import get_book
from vault.records.errors import NotPossible
from vault.records.importing import plan as plans
from vault.records.importing.access import get_job
from vault.records.importing.checking import keep_outline, read_outline
from vault.records.importing.jobfiles import NewFile, OpenOutline
from vault.records.importing.jobs import end_job, log_job
from vault.records.importing.models import ImportJob, ImportState, ImportUndo, UndoReason
from vault.records.importing.needless import codes_of
from vault.records.importing.outline import Outline
from vault.records.importing.plan import Plan
from vault.records.importing.reader import SHORT
from vault.records.importing.remembering import remember
from vault.records.importing.tasks import check, discard, run, undo
from vault.records.importing.undoing import UNDOABLE, WITHIN, get_undoable, undo_entry, unused
from vault.records.models import ClientBook

_EXTENSIONS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")


def keep_upload(*, actor: User, file: NewFile, file_name: str, source_id: UUID | None) -> ImportJob:
    """Keep an uploaded list, which lies sealed as `file`, for its import.

    A short one is checked from end to end at once; a long one by the worker, so that no page waits for it.

    Raises:
        SheetError: it is no list of clients; the caller deletes it.
        NotPossible: nobody recorded where it comes from (DSL 33), an officer has not approved it, or the
            virus scanner does not pass it.
        Refused: no such book for this person.
    """
    book = get_book(actor, file.book.pk, Permission.CLIENT_IMPORT)
    source = require_source(book, source_id)
    extension = extension_of(file_name)
    outline: Outline | None = None
    with open_sealed_file(file.path, file.key, file.binding) as sealed:
        _scan(sealed, book)
        short = sealed.size <= SHORT
    if short:
        with as_stream(open_sealed_file(file.path, file.key, file.binding)) as stream:
            outline = read_outline(stream, extension)
        keep_outline(book, file.file_id, file.key, outline)
    with transaction.atomic():
        file.keep()
        job = ImportJob.objects.create(
            book=book,
            actor=actor,
            source=source,
            state=ImportState.CHECKING if outline is None else ImportState.UPLOADED,
            language=get_language() or "en",
            extension=extension,
            file_id=file.file_id,
            file_key=file.key.key_id,
            total=0 if outline is None else outline.longest,
        )
        log_job(job, Action.IMPORT_UPLOAD)
        if outline is None:
            _once_committed(check.delay, str(job.pk))
    return job


def _scan(sealed: SealedFile, book: ClientBook) -> None:
    """Raises NotPossible."""
    entry = Entry(
        action=Action.IMPORT_UPLOAD, object_type=ObjectType.BOOK, object_id=book.pk, deal=book.deal_id
    )
    try:
        require_clean(sealed, entry)
    except Unclean as refused:
        raise NotPossible(refused.message) from None


def start_import(*, actor: User, job_id: UUID, plan: Plan, opened: OpenOutline) -> ImportJob:
    """Queue the import, read as `plan` says, and remember what this person corrected. Twice starts it once.

    `opened` is the outline that the plan was made on.

    Raises:
        SheetError: no name, or a field twice.
        NotNeeded: a column is to become what no purpose of the book needs.
    """
    plans.check(plan.targets)
    asked = get_job(actor, job_id, Action.IMPORT_START)
    require_needed(
        asked.book,
        codes_of(plan.targets),
        action=Action.IMPORT_START,
        object_type=ObjectType.IMPORT_JOB,
        object_id=job_id,
    )
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",)).select_related("book").get(pk=job_id)
        if job.state == ImportState.UPLOADED:
            require_source(job.book, job.source_id)
            job.state, job.started_at, job.plan = ImportState.RUNNING, timezone.now(), plan.as_json()
            job.total = opened.outline.sheets[plan.sheet].height - plan.header
            job.save(update_fields=["state", "started_at", "plan", "total"])
            remember(job.book, plan, opened, needless=needless_in(job.book_id))
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


def order_undo(*, actor: User, job_id: UUID, reason: UndoReason) -> ImportUndo:
    """Order the undoing; the worker does it. Raises NotPossible: it is being undone, or its day is over."""
    get_undoable(actor, job_id)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",)).select_related("book").get(pk=job_id)
        if job.state not in UNDOABLE or job.started_at is None or job.started_at <= timezone.now() - WITHIN:
            raise NotPossible(_("This import can no longer be undone."))
        ordered = ImportUndo.objects.create(job=job, ordered_by=actor, reason=reason)
        job.state = ImportState.UNDOING
        job.save(update_fields=["state"])
        for owners in unused(job):
            record_change(undo_entry(job, Action.IMPORT_UNDO, owners, reason=reason.value))
        _once_committed(undo.delay, str(job.pk))
    return ordered


def _once_committed(send: Callable[..., Any], *args: Any, **options: Any) -> None:
    """Queue a task after the commit. If the queue is down, beat finds the job by its state."""
    # No partial: Django logs a failed one by its __qualname__.
    transaction.on_commit(lambda: send(*args, **options), robust=True)


def extension_of(file_name: str) -> str:
    """What the reader needs of the name, out of a closed list; the rest of a name is never kept."""
    suffix = PurePath(file_name).suffix.lower()
    return suffix if suffix in _EXTENSIONS else ""

"""Running an import: each batch and its cursor in one transaction, so that a kill loses nothing."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.utils import translation

from audit.actions import Action
from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.roles.permissions import Permission
from vault.crypto.errors import SealBroken
from vault.files.store import SealedWriter
from vault.keys.errors import KeyWithheld
from vault.records.importing.badrows import write_bad_rows
from vault.records.importing.jobfiles import NewFile, new_file, uploaded_list
from vault.records.importing.jobs import end_job, log_job
from vault.records.importing.mapping import Mapper
from vault.records.importing.models import ImportJob, ImportProblem, ImportState
from vault.records.importing.problems import SheetError
from vault.records.importing.rows import BadRow, ParsedRow, parse_rows
from vault.records.importing.sheets import Sheet, read_sheet
from vault.records.services import BATCH, create_clients

# The sheet is built in memory, since XlsxWriter's other way is plaintext in temporary files. Whoever has more
# bad rows than this mends these and imports the file again: rows that are in already are passed over.
MAX_BAD_ROWS = 20_000

Row = ParsedRow | BadRow


class Stopped(Exception):
    """The job was cancelled while it ran."""


def run_import(job_id: UUID) -> None:
    """Run, or resume, one import; returns at once when another process runs it or it has ended.

    Its file is left for `leftovers.discard_file`, which needs the worker's login.

    Database and log errors pass through: the job stays as it is and is resumed by beat.
    """
    with _only_runner(job_id) as alone:
        job = ImportJob.objects.select_related("book", "actor").filter(pk=job_id).first()
        if not alone or job is None or job.state != ImportState.RUNNING:
            return
        with acting_as(Origin(actor=job.actor_id)), translation.override(job.language):
            try:
                _import(job)
            except Stopped:
                return
            except (SheetError, SealBroken, OSError):
                _fail(job, ImportProblem.UNREADABLE)
            except KeyWithheld:
                _fail(job, ImportProblem.WITHHELD)
            except Refused as refused:
                record(refused)
                _fail(job, ImportProblem.NO_ACCESS)


@contextmanager
def _only_runner(job_id: UUID) -> Iterator[bool]:
    """An advisory lock of this database session: it ends with its process, however that dies."""
    number = int.from_bytes(job_id.bytes[8:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [number])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("select pg_advisory_unlock(%s)", [number])


def _import(job: ImportJob) -> None:
    with uploaded_list(job) as stream:
        sheet = read_sheet(stream, job.extension)
        mapper = Mapper(job.book, sheet)
        seen = 0
        for batch in _batches(parse_rows(sheet)):
            # Rows before the cursor are parsed again, since the parser knows duplicates by them.
            rest = batch[max(0, job.cursor - seen) :]
            seen += len(batch)
            if rest:
                job = _settle(job, rest, mapper)
    sheet_of_bad = _keep_bad_rows(job) if job.bad else None
    with transaction.atomic():
        if sheet_of_bad is not None:
            sheet_of_bad.keep()
            job.bad_file_id, job.bad_file_key = sheet_of_bad.file_id, sheet_of_bad.key.key_id
        job.total = job.cursor
        job.save(update_fields=["bad_file_id", "bad_file_key", "total"])
        end_job(job, ImportState.DONE)
        log_job(job, Action.IMPORT_END)


def _settle(job: ImportJob, rows: list[Row], mapper: Mapper) -> ImportJob:
    """Store the good rows of a batch and move the cursor, or neither."""
    good = [mapper.draft(row) for row in rows if isinstance(row, ParsedRow)]
    with transaction.atomic():
        now = ImportJob.objects.select_for_update(of=("self",)).select_related("book", "actor").get(pk=job.pk)
        if now.state != ImportState.RUNNING:
            raise Stopped
        ids = create_clients(
            actor=now.actor,
            book_id=now.book_id,
            drafts=good,
            permission=Permission.CLIENT_IMPORT,
            assigned=now.actor,
        )
        now.added += sum(made is not None for made in ids)
        now.present += sum(made is None for made in ids)
        now.bad += len(rows) - len(good)
        now.cursor += len(rows)
        now.total = max(now.total, now.cursor)
        now.save(update_fields=["added", "present", "bad", "cursor", "total"])
    return now


def _keep_bad_rows(job: ImportJob) -> NewFile:
    """Read the file once more for what was wrong with it, and seal the sheet that says so."""
    with uploaded_list(job) as stream:
        sheet = read_sheet(stream, job.extension)
        target = io.BytesIO()
        write_bad_rows(target, sheet.headings, islice(_bad(sheet), MAX_BAD_ROWS))
    file = new_file(job.book, Action.BOOK_OPEN)
    with SealedWriter(file.path, file.key, file.binding) as writer:
        writer.write(target.getbuffer())
        writer.finish()
    return file


def _bad(sheet: Sheet) -> Iterator[BadRow]:
    return (row for row in parse_rows(sheet) if isinstance(row, BadRow))


def _fail(job: ImportJob, problem: ImportProblem) -> None:
    with transaction.atomic():
        end_job(job, ImportState.FAILED, problem=problem)
        log_job(job, Action.IMPORT_END, reason=problem.value)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch

"""Running an import: each batch and its cursor in one transaction, so that a kill loses nothing.

Four things go on at once: the parser process reads ahead, a thread makes the next batch ready (it seals and
makes tokens, and touches no database), this thread stores the batch before it, and one more enters the tokens
of what is stored into the index. Only what this thread commits counts, so that the others may be killed.
"""

import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import translation

from audit.actions import Action
from audit.alone import alone
from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.roles.permissions import Permission
from vault.crypto.errors import SealBroken
from vault.disclosures.models import Place
from vault.disclosures.watching import suspects, watch_for
from vault.keys import store
from vault.keys.errors import CompartmentFrozen, KeyWithheld
from vault.records.access import get_book
from vault.records.batches import Batch, prepare, store_batch
from vault.records.books import opened_book
from vault.records.importing.badrows import keep_bad_rows
from vault.records.importing.jobfiles import uploaded_list
from vault.records.importing.jobs import end_job, fail_job, log_job
from vault.records.importing.mapping import Mapper
from vault.records.importing.models import ImportJob, ImportProblem, ImportState
from vault.records.importing.parsing import ROWS
from vault.records.importing.problems import SheetError
from vault.records.importing.reader import reading
from vault.records.saving import keeper

_SETTLED_EVERY = 0.5  # seconds


class Stopped(Exception):
    """The job was cancelled while it ran."""


class _Ready(NamedTuple):
    """The good rows of a batch, and what names those among them that may be canaries."""

    batch: Batch
    suspects: set[str]


class _Part(NamedTuple):
    """One batch on its way: how many rows it settles, and the good ones being made ready."""

    rows: int
    ready: "Future[_Ready]"


def run_import(job_id: UUID) -> None:
    """Run, or resume, one import; returns at once when another process runs it or it has ended.

    Its file is left for `leftovers.discard_file`, which needs the worker's login.

    Database and log errors pass through: the job stays as it is and is resumed by beat.
    """
    with alone(job_id) as mine:
        job = ImportJob.objects.select_related("book", "actor").filter(pk=job_id).first()
        if not mine or job is None or job.state != ImportState.RUNNING:
            return
        with acting_as(Origin(actor=job.actor_id)), translation.override(job.language):
            try:
                _import(job)
            except Stopped:
                return
            except SheetError as flaw:
                fail_job(job, ImportProblem.UNREADABLE, flaw)
            except (SealBroken, OSError):
                fail_job(job, ImportProblem.UNREADABLE)
            except CompartmentFrozen:
                return  # it waits: beat takes it up again until the freeze has ended
            except KeyWithheld:
                fail_job(job, ImportProblem.WITHHELD)
            except Refused as refused:
                record(refused)
                fail_job(job, ImportProblem.NO_ACCESS)


def _import(job: ImportJob) -> None:
    request = {"task": ROWS, "extension": job.extension, "plan": job.plan, "skip": job.cursor}
    with uploaded_list(job) as file, reading(file, request) as messages, _brisk(), _settling():
        mapper = Mapper(job.book, next(messages))
        with ThreadPoolExecutor(1, "batches") as beside:
            waiting: _Part | None = None
            for rows in messages:
                part = _made_ready(job, rows, mapper, beside)
                if waiting:
                    job = _settle(job, waiting)
                waiting = part
            if waiting:
                job = _settle(job, waiting)
    sheet_of_bad = keep_bad_rows(job) if job.bad else None
    with transaction.atomic():
        if sheet_of_bad is not None:
            sheet_of_bad.keep()
            job.bad_file_id, job.bad_file_key = sheet_of_bad.file_id, sheet_of_bad.key.key_id
        job.total = job.cursor
        job.save(update_fields=["bad_file_id", "bad_file_key", "total"])
        end_job(job, ImportState.DONE)
        log_job(job, Action.IMPORT_END)


@contextmanager
def _brisk() -> Iterator[None]:
    """Let this thread go on soon after the database has answered.

    A thread that computes gives the interpreter up after 5 ms by default (`sys.setswitchinterval`), and this
    one waits for it some twenty times a batch.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@contextmanager
def _settling() -> Iterator[None]:
    """Empty the index's list of new tokens in a session of its own; a last time when all are stored.

    What is still in the list is found too, only slower.
    """
    over = threading.Event()

    def settle() -> None:
        try:
            while not over.wait(_SETTLED_EVERY):
                store.index_settle()
            store.index_settle()
        finally:
            connection.close()

    with ThreadPoolExecutor(1, "settling") as beside:
        done = beside.submit(settle)
        try:
            yield
        finally:
            over.set()
    done.result()


def _made_ready(
    job: ImportJob, rows: Iterable[list[Any] | None], mapper: Mapper, beside: ThreadPoolExecutor
) -> _Part:
    """Open the book under an entry of this batch, and have the batch sealed beside what goes on here.

    The keys outlive the `with`, as long as the batch: it is sealed under the entry that released them.
    """
    rows = list(rows)
    book = get_book(job.actor, job.book_id, Permission.CLIENT_IMPORT)
    with opened_book(book) as (context, tokens):
        asking = keeper().asking(book)

        def ready() -> _Ready:
            drafts = [mapper.draft(*row) for row in rows if row is not None]
            batch = prepare(
                context,
                tokens,
                drafts,
                asking=asking,
                actor=job.actor,
                assigned=job.actor,
                import_id=job.pk,
            )
            return _Ready(batch, suspects(draft.values for draft in drafts))

        return _Part(len(rows), beside.submit(ready))


def _settle(job: ImportJob, part: _Part) -> ImportJob:
    """Store a batch's good rows and move the cursor, or neither. The gate is asked again behind the lock."""
    batch, names = part.ready.result()
    watch_for(job.actor, names, Place.ADDED)
    with transaction.atomic():
        now = ImportJob.objects.select_for_update(of=("self",)).select_related("book", "actor").get(pk=job.pk)
        if now.state != ImportState.RUNNING:
            raise Stopped
        get_book(now.actor, now.book_id, Permission.CLIENT_IMPORT)
        # Families and firms share numbers: a list is not asked about the importer's own clients, row by row.
        ids = store_batch(batch, another=True)
        now.added += sum(made is not None for made in ids)
        now.present += sum(made is None for made in ids)
        now.bad += part.rows - len(ids)
        now.cursor += part.rows
        now.total = max(now.total, now.cursor)
        now.save(update_fields=["added", "present", "bad", "cursor", "total"])
    return now

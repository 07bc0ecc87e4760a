"""Undoing a whole import within a day: the keys of the clients that it made, unless somebody used them since.

Who manages the book orders it, after confirming once more who they are. The orders are entries of the log,
one for each thousand clients, written in the transaction of the order; the worker carries them out, and the
keyring's door checks each against the log itself (migration 0012). No second person is asked: what goes is
a list of yesterday at most, which nobody has opened, and which whoever brought it still has.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import ProgrammingError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType, Result
from audit.alone import alone
from audit.entry import Entry
from audit.log import record_change
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.keys import store
from vault.records.access import which_books
from vault.records.destruction import purge_records
from vault.records.importing.models import ImportJob, ImportState, ImportUndo
from vault.records.models import Client

WITHIN = timedelta(days=1)
UNDOABLE = (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED)
# What may have happened to a client that is still nobody's work. `keyring.is_undo_order` holds the same list.
HARMLESS = (
    *(Action.CLIENT_IMPORT, Action.CLIENT_LIST, Action.CLIENT_VIEW),
    *(Action.SEARCH_COMPARE, Action.IMPORT_UNDO),
)


def undoable_jobs(user: User) -> QuerySet[ImportJob]:
    """Imports of the last day into books that the person manages."""
    books = which_books(user, Permission.BOOK_MANAGE)
    jobs = ImportJob.objects.filter(book__in=books, started_at__gt=timezone.now() - WITHIN, added__gt=0)
    return jobs.filter(state__in=UNDOABLE).select_related("book", "actor")


def get_undoable(user: User, job_id: UUID) -> ImportJob:
    """The import. Raises Refused: there is none, none for this person, or its day is over."""
    job = undoable_jobs(user).filter(pk=job_id).first()
    if job is None:
        raise Refused(ObjectType.IMPORT_JOB, job_id, Action.IMPORT_UNDO)
    return job


def get_undone(user: User, job_id: UUID) -> ImportUndo:
    """What came of an undoing, for whoever manages the book or brought the list. Raises Refused."""
    found = (
        ImportUndo.objects.select_related("job__book", "job__actor", "ordered_by").filter(pk=job_id).first()
    )
    manages = which_books(user, Permission.BOOK_MANAGE)
    imports = which_books(user, Permission.CLIENT_IMPORT)
    if found is None or not (
        manages.filter(pk=found.job.book_id).exists()
        or (found.job.actor_id == user.pk and imports.filter(pk=found.job.book_id).exists())
    ):
        raise Refused(ObjectType.IMPORT_JOB, job_id, Action.IMPORT_UNDO)
    return found


def standing(job: ImportJob) -> tuple[int, int]:
    """How many clients of the import are there still, and how many of them have been used since."""
    there = used = 0
    for batch in _made(job):
        alive = _alive(batch)
        there += len(alive)
        used += len(_used(alive, _since(job)))
    return there, used


def undo_import(job_id: UUID) -> None:
    """Carry out, or go on with, an undoing. May run twice, and be killed: a batch goes whole or stays."""
    with alone(job_id) as mine:
        undo = ImportUndo.objects.select_related("job__book").filter(pk=job_id, ended_at=None).first()
        if not mine or undo is None:
            return
        with acting_as(Origin(actor=undo.ordered_by_id)):
            orders = LogEntry.objects.filter(
                object_id=job_id, action=Action.IMPORT_UNDO, result=Result.DONE, at__gte=undo.ordered_at
            )
            for order, owners in orders.order_by("at", "id").values_list("id", "subjects"):
                _undo_batch(undo.job, order, set(owners))
            _end(undo)


def _undo_batch(job: ImportJob, order: UUID, owners: set[UUID]) -> None:
    """Keys first, then what they sealed. Whoever was used since the order was given is left out."""
    for _attempt in range(3):
        with transaction.atomic():
            locked = Client.objects.select_for_update().filter(pk__in=owners).order_by("pk")
            going = sorted(locked.values_list("pk", flat=True))
            going = sorted(set(going) - _used(set(going), _since(job)))
            if not going:
                return
            try:
                with transaction.atomic():
                    keys, rows = store.destroy(order, going)
            except ProgrammingError:  # somebody has opened one of them just now: look again
                continue
            purge_records(going)
            undo = ImportUndo.objects.select_for_update().get(pk=job.pk)
            undo.removed += len(going)
            undo.keys += keys
            undo.index_rows += rows
            undo.save(update_fields=["removed", "keys", "index_rows"])
            record_change(undo_entry(job, Action.IMPORT_UNDONE, going))
            return


@transaction.atomic
def _end(undo: ImportUndo) -> None:
    undo.refresh_from_db()
    undo.kept = sum(len(_alive(batch)) for batch in _made(undo.job))
    undo.ended_at = timezone.now()
    undo.save(update_fields=["kept", "ended_at"])
    ImportJob.objects.filter(pk=undo.pk).update(state=ImportState.UNDONE)
    record_change(undo_entry(undo.job, Action.IMPORT_UNDONE, ()))


def unused(job: ImportJob) -> list[set[UUID]]:
    """Whom an undoing may take, a thousand at a time at most."""
    return [alive - _used(alive, _since(job)) for alive in map(_alive, _made(job))]


def kept_ids(job: ImportJob) -> set[UUID]:
    """The clients of the import that are there still."""
    return {client for batch in _made(job) for client in _alive(batch)}


def _made(job: ImportJob) -> list[set[UUID]]:
    """Whom the import made, as the log says, a thousand at a time at most."""
    entries = LogEntry.objects.filter(object_id=job.pk, action=Action.CLIENT_IMPORT, result=Result.DONE)
    return [set(subjects) for subjects in entries.order_by("at", "id").values_list("subjects", flat=True)]


def _alive(ids: set[UUID]) -> set[UUID]:
    return set(Client.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _used(ids: set[UUID], since: datetime) -> set[UUID]:
    """Those whom some entry names that is not harmless."""
    if not ids:
        return set()
    entries = LogEntry.objects.filter(subjects__overlap=list(ids), at__gte=since, result=Result.DONE)
    named = entries.exclude(action__in=HARMLESS).values_list("subjects", flat=True)
    return {subject for subjects in named for subject in subjects} & ids


def _since(job: ImportJob) -> datetime:
    assert job.started_at is not None  # an import that made clients was started
    return job.started_at


def undo_entry(job: ImportJob, action: Action, subjects: Iterable[UUID], *, reason: str = "") -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.IMPORT_JOB,
        object_id=job.pk,
        deal=job.book.deal_id,
        subjects=tuple(sorted(subjects)),
        reason=reason,
    )

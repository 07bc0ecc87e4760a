"""What the log says of the rows about clients."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from audit.actions import Action, Result
from audit.models import LogEntry
from vault.records.importing.models import ImportJob
from vault.records.models import ClientBook
from vault.records.verifying.codes import CLIENT, GONE, ROW, Said, key_of, said_in
from vault.records.verifying.registry import all_compared

CLIENTS = 1_000  # looked at together
MADE = (Action.CLIENT_CREATE, Action.CLIENT_IMPORT)
ENDED = (Action.DESTRUCTION_DONE, Action.IMPORT_UNDONE)
ORDERED = (Action.DESTRUCTION_ORDER, Action.IMPORT_UNDO)
_ENDED = """
select c from unnest(%s::uuid[]) c
where exists (select from log.dropped) and keyring.is_destroyed(c) and not exists (
  select from log.entry e where e.subjects @> array[c] and e.action = any(%s) and e.result = 'done'
    and not exists (
      select from log.dropped d where d.month >= date_trunc('month', e.at at time zone 'UTC')::date))
"""
# By their codes and not by their actions: no service can forget to be on a list here.
_WITH_A_DIGEST = r"array_to_string(fields, ' ') ~ '(^| )(row\.|seal-|s\.)'"


@contextmanager
def one_moment() -> Iterator[None]:
    """Reads in the block see the rows and the log of one moment: a change that is committed in between is in
    both or in neither. Inside a caller's transaction it is that one which decides."""
    ours = not connection.in_atomic_block
    with transaction.atomic():
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def said_of(clients: Collection[UUID]) -> dict[tuple[str, str], Said]:
    """The newest word on each row about these clients, by kind and key. One query."""
    wanted = frozenset(clients)
    entries = _log().filter(subjects__overlap=list(wanted), result=Result.DONE)
    either = f"({_WITH_A_DIGEST} or action = any(%s))"
    entries = entries.extra(where=[either], params=[[*MADE, *ENDED]])  # noqa: S610 (constants)
    found: dict[tuple[str, str], Said] = {}
    columns = entries.order_by("at", "id").values_list("action", "subjects", "fields")
    for action, subjects, fields in columns.iterator(chunk_size=100):
        if action in MADE or action in ENDED:
            word = GONE if action in ENDED else ""
            found |= {(CLIENT, key_of(one)): Said(one, word) for one in wanted.intersection(subjects)}
        found |= {row: said for row, said in said_in(subjects, fields) if said.client in wanted}
    return found


def named_before(rows: Collection[UUID], clients: Collection[UUID]) -> set[tuple[str, UUID]]:
    """Of rows without a digest those that an entry from before digests were logged is about: by kind and the
    entry's object, the row itself (kind "") or its client. One query."""
    by_client = {str(action): one.kind for one in all_compared() for action in one.by_client}
    of_clients = Q(object_id__in=list(clients), action__in=list(by_client))
    entries = _log().filter(Q(object_id__in=list(rows)) | of_clients, result=Result.DONE)
    found: set[tuple[str, UUID]] = set()
    for action, about, fields in entries.values_list("action", "object_id", "fields"):
        kind = by_client.get(action, "") if about in clients else ""
        if about and not (kind and any(code.startswith(f"{ROW}{kind}.") for code in fields)):
            found.add((kind, about))
    return found


def others_of(rows: Collection[UUID]) -> dict[UUID, UUID]:
    """The other client with whom each row goes, as the entries about it name it. One query."""
    entries = _log().filter(object_id__in=list(rows), result=Result.DONE)
    found = {}
    for row, subjects in entries.values_list("object_id", "subjects"):
        if row and subjects[1:]:
            found[row] = subjects[1]
    return found


def made_in(book: ClientBook) -> Iterator[set[UUID]]:
    """Everybody who was ever added to the book, about CLIENTS at a time. An import's entries name the import;
    which those were, the log says as well, beside the rows of the imports themselves."""
    started = _log().filter(subjects__contains=[book.pk], action=Action.IMPORT_START, result=Result.DONE)
    imports = {*started.values_list("object_id", flat=True)}
    imports.update(ImportJob.objects.filter(book=book).values_list("pk", flat=True))
    entries = _log().filter(object_id__in=[book.pk, *imports], action__in=MADE, result=Result.DONE)
    batch: set[UUID] = set()
    for subjects in entries.order_by().values_list("subjects", flat=True).iterator(chunk_size=50):
        batch.update(subjects)
        if len(batch) >= CLIENTS:
            yield batch
            batch = set()
    yield batch


def ended_among(clients: Collection[UUID]) -> set[UUID]:
    """Those who were destroyed, or went with the undoing of their import. One query."""
    entries = _log().filter(subjects__overlap=list(clients), action__in=ENDED, result=Result.DONE)
    return {one for subjects in entries.values_list("subjects", flat=True) for one in subjects}


def ended_with_a_month(clients: Collection[UUID]) -> set[UUID]:
    """Those whose end has left the log while their beginning stays: their key is destroyed, which takes a
    committed order, and that order, or the month in which it was carried out, has left. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [[str(one) for one in clients], [str(one) for one in ORDERED]])
        return {row[0] for row in cursor.fetchall()}


def _log() -> "QuerySet[LogEntry]":
    """By the connection of the rows: only so is it of the same moment."""
    return LogEntry.objects.using("default").order_by()

"""Comparing clients as they are stored with what the log says that was stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.models import LogEntry
from vault.records.models import Client, ClientBook
from vault.records.versions.seals import digests_in, is_as_said

BATCH = 1_000
# Every act after which a client's sealed values are others. Each writes its digests.
_ACTIONS = (Action.CLIENT_CREATE, Action.CLIENT_EDIT, Action.CLIENT_IMPORT, Action.CLIENT_RESEAL)


@dataclass(slots=True)
class Verified:
    """How many clients were looked at, how many the log says nothing of, and which are not as it says."""

    checked: int = 0
    unknown: int = 0
    wrong: list[UUID] = field(default_factory=list)


def verify_book(book: ClientBook) -> Verified:
    """Compare every client of a book. Nothing is opened: ciphertext is compared.

    A client that is being changed while it is read may look wrong for a moment, so that whatever looks wrong
    is compared once more with its row locked.
    """
    result = Verified()
    for clients in _batches(book):
        said = _said_of(clients)
        result.checked += len(clients)
        result.unknown += sum(client.pk not in said for client in clients)
        suspects = [client for client in clients if client.pk in said]
        result.wrong += [
            client.pk
            for client in suspects
            if not is_as_said(client, said[client.pk]) and _is_wrong(client.pk)
        ]
    return result


def _is_wrong(client_id: UUID) -> bool:
    with transaction.atomic():
        client: Client | None = Client.objects.select_for_update().filter(pk=client_id).first()
        if client is None:  # destroyed meanwhile
            return False
        said = _said_of([client])
        return client_id in said and not is_as_said(client, said[client_id])


def _batches(book: ClientBook) -> Iterator[list[Client]]:
    found = Client.objects.filter(book=book).order_by("pk")
    batch = list(found[:BATCH])
    while batch:
        yield batch
        batch = list(found.filter(pk__gt=batch[-1].pk)[:BATCH])


def _said_of(clients: Sequence[Client]) -> dict[UUID, str]:
    """The newest digest of each, where there is one."""
    wanted = {client.pk for client in clients}
    entries = LogEntry.objects.using("default").filter(subjects__overlap=list(wanted), action__in=_ACTIONS)
    said: dict[UUID, str] = {}
    for subjects, fields in entries.order_by("at", "id").values_list("subjects", "fields").iterator():
        said |= {subject: one for subject, one in digests_in(subjects, fields).items() if subject in wanted}
    return said

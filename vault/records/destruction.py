"""Removing the rows of destroyed clients. Their keys go first (compliance.destruction)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from vault.records.models import Client, ClientVersion


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows went."""

    clients: int
    versions: int


def purge_records(ids: Sequence[UUID]) -> Purged:
    """Delete these clients and all that they were before, in the caller's transaction.

    Ids that are gone already count for nothing, so that a job that was killed may call it again. Imports keep
    nothing of a client: their files are destroyed when they end.

    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("rows go in the transaction of the destruction")
    versions, _ = ClientVersion.objects.filter(client_id__in=ids).delete()
    _all, gone = Client.objects.filter(pk__in=ids).delete()  # what hangs on a client goes with it
    return Purged(clients=gone.get(Client._meta.label, 0), versions=versions)

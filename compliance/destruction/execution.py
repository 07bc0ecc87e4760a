"""Carrying out an ordered run, on the worker's login alone.

Each step is one transaction: a batch is destroyed whole or not at all, so a worker killed anywhere leaves no
half state, and whoever comes next goes on with the first batch that is not done. The row lock on the run
lets one worker at a time work on it.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.destruction.certificate import issue
from compliance.destruction.copies import note_copies
from compliance.destruction.models import DestroyedRecord, DestructionBatch, DestructionRun, RunState
from compliance.destruction.services import drop, spare, still_due
from vault.keys import store
from vault.purposes.consents.ledger import counts_of
from vault.records.destruction import purge_records
from vault.records.models import Client


def carry_out(run_id: UUID) -> None:
    """Works until the run is done, or another worker has it."""
    while _step(run_id):
        pass


@transaction.atomic
def _step(run_id: UUID) -> bool:
    """One batch, or the certificate after the last; whether there is more to do."""
    free = DestructionRun.objects.select_for_update(skip_locked=True)
    run = free.filter(pk=run_id, state=RunState.ORDERED).first()
    if run is None:
        return False
    batch = run.batches.filter(done_at__isnull=True).order_by("number").first()
    if batch is None:
        if not run.destroyed.exists():
            drop(run)
            return False
        run.state, run.ended_at = RunState.DONE, timezone.now()
        run.save(update_fields=["state", "ended_at"])
        issue(run)
        return False
    _destroy(run, batch)
    return True


def _destroy(run: DestructionRun, batch: DestructionBatch) -> None:
    """Keys first, then what they sealed; the tombstones and the entry in the same transaction."""
    _spare_who_is_kept(run, batch)
    items = list(batch.items.order_by("client_id"))
    clients = [item.client_id for item in items]
    batch.keys, batch.index_rows = store.destroy(batch.order_entry, clients)
    consents = counts_of(clients)
    purge_records(clients)
    note_copies(run, clients)
    batch.done_at = timezone.now()
    DestroyedRecord.objects.bulk_create(
        [
            DestroyedRecord(
                client_id=item.client_id,
                book_id=item.book_id,
                run=run,
                rule_id=item.rule_id,
                destroyed_at=batch.done_at,
                consents=consents.get(item.client_id, 0),
            )
            for item in items
        ]
    )
    batch.done_entry = record_change(
        Entry(
            action=Action.DESTRUCTION_DONE,
            object_type=ObjectType.DESTRUCTION_RUN,
            object_id=run.pk,
            subjects=tuple(clients),
        )
    )
    batch.save(update_fields=["keys", "index_rows", "done_at", "done_entry"])


def _spare_who_is_kept(run: DestructionRun, batch: DestructionBatch) -> None:
    """Nobody is destroyed who is not due any more, though two approved it: a mandate signed since, or a new
    rule, keeps them. The others go, since their term for deleting does not wait (PIPL 47).

    The clients' rows stay locked until the end of the batch: an edit or a signing under way ends before this
    looks, and a later one finds no client.
    """
    listed = batch.items.values("client_id")
    rows = Client.objects.select_for_update().filter(pk__in=listed).order_by("pk")
    present = set(rows.values_list("pk", flat=True))
    if kept := present - still_due(batch.items.all()):
        spare(run, kept)

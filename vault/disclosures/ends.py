"""Bringing an export to its end, and its file with it."""

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from vault.disclosures.models import Export, ExportState
from vault.files.store import file_path, remove_sealed_file
from vault.keys import store


def end_export(export: Export, state: ExportState) -> None:
    """In the caller's transaction."""
    export.state, export.ended_at = state, timezone.now()
    export.save(update_fields=["state", "ended_at"])
    record_change(
        Entry(
            action=Action.EXPORT_END, object_type=ObjectType.EXPORT, object_id=export.pk, reason=state.value
        )
    )


def discard_file(export: Export) -> None:
    """Destroy the key of the export's file, then the file. The worker's alone. Safe to do twice."""
    if export.file_id is None:
        return
    file_id = export.file_id
    order = record_read(
        Entry(
            action=Action.DESTRUCTION_ORDER,
            object_type=ObjectType.EXPORT,
            object_id=export.pk,
            subjects=(file_id,),
        )
    )
    with transaction.atomic():
        store.destroy(order, [file_id])
        export.file_id = export.file_key = None
        export.save(update_fields=["file_id", "file_key"])
    remove_sealed_file(file_path(file_id))

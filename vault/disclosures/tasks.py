"""The worker's part of exports. Arguments are ids; every task may run twice."""

from uuid import UUID

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from vault.disclosures import building
from vault.disclosures.leftovers import discard_over, end_expired, send_stale_back
from vault.disclosures.models import Export, ExportState


@shared_task
def build(export_id: str) -> None:
    """Make the file of one approved export."""
    building.build(UUID(export_id))


@shared_task
def tend() -> None:
    """End what is over, destroy its files, take out who was destroyed, make what a killed worker left."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        end_expired()
        discard_over()
        send_stale_back()
    for export_id in Export.objects.filter(state=ExportState.APPROVED).values_list("pk", flat=True):
        build.delay(str(export_id))

"""The worker's part of redactions. Arguments are ids; every task may run twice."""

from uuid import UUID

from celery import shared_task

from deals.redaction.models import AT_WORK, Redaction
from deals.redaction.running import run_redaction


@shared_task
def run(redaction_id: str) -> None:
    """Search the text, or make the copy: whatever was asked for."""
    run_redaction(UUID(redaction_id))


@shared_task
def resume_all() -> None:
    """Pick up redactions whose worker died."""
    for redaction_id in Redaction.objects.filter(state__in=AT_WORK).values_list("pk", flat=True):
        run.delay(str(redaction_id))

"""The worker's part of a move. Safe to run twice, and to be killed."""

from uuid import UUID

from celery import shared_task

from audit.origin import Origin, acting_as
from vault.custody.suites.models import SuiteMove
from vault.custody.suites.moving import carry_out


@shared_task
def move(move_id: str) -> None:
    """Carries out one move; whoever ordered it is the actor."""
    found = SuiteMove.objects.filter(pk=UUID(move_id), ended_at__isnull=True).first()
    if found is not None:
        with acting_as(Origin(actor=found.ordered_by_id)):
            carry_out(found.pk)


@shared_task
def resume_all() -> None:
    """Queues what a killed worker, or a queue that was lost, left undone."""
    for move_id in SuiteMove.objects.filter(ended_at__isnull=True).values_list("pk", flat=True):
        move.delay(str(move_id))

"""Jobs of the worker: carrying out ordered runs. Safe to run twice, and to be killed."""

from uuid import UUID

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.destruction.copies import find_copies
from compliance.destruction.execution import carry_out
from compliance.destruction.models import DestructionRun, RunState
from compliance.destruction.supplement import complete_certificates
from people.accounts.system import SYSTEM_ID


@shared_task
def run(run_id: str) -> None:
    """Carries out one run; whoever asked for it is the actor."""
    found = DestructionRun.objects.filter(pk=run_id, state=RunState.ORDERED).first()
    if found is not None:
        with acting_as(Origin(actor=found.ordered_by_id)):
            carry_out(UUID(run_id))


@shared_task
def resume_all() -> None:
    """Queues what a killed worker, or a queue that was lost, left undone."""
    for run_id in DestructionRun.objects.filter(state=RunState.ORDERED).values_list("pk", flat=True):
        run.delay(str(run_id))


@shared_task
def settle_copies() -> None:
    """Find the copies in rooms that no batch has met, and complete the certificates whose copies are gone."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        find_copies()
        complete_certificates()

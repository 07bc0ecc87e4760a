"""The timed jobs of retention; the house's own account is their actor."""

from celery import shared_task

from audit import partitions
from audit.origin import Origin, acting_as
from compliance.destruction import services
from people.accounts.system import SYSTEM_ID, system_account


@shared_task
def propose_due() -> None:
    """Lists what has come due; people approve it."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        services.propose_due(actor=system_account())


@shared_task
def add_log_partitions() -> None:
    """Keeps the coming months of the log ready; on the worker's login."""
    partitions.add_partitions()

"""Timed work on training."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.training import enrolling


@shared_task
def keep_enrolled() -> None:
    """Whoever got a role takes its courses; whoever lost it owes them no more. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        enrolling.reconcile()

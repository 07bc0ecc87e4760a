"""Timed work on the count of people."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.headcount import counting


@shared_task
def count() -> None:
    """Today's count. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        counting.count()

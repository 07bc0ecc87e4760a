"""Timed work on staff sessions."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.staffsessions.services import end_all_over


@shared_task
def end_sessions() -> int:
    """Note the end of the sessions whose time is over though nobody asked for another page. Safe to run
    twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        return end_all_over()

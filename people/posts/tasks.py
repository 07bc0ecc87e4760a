"""Timed work on posts."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.posts import vacancies


@shared_task
def look_after() -> None:
    """Whatever made a post vacant, or filled it, is noted. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        vacancies.look_after()

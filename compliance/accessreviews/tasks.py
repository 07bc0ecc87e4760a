"""Timed work on reviews of access."""

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.accessreviews.closing import close_due, remind_due
from compliance.accessreviews.opening import open_review
from people.accounts.system import SYSTEM_ID, system_account


@shared_task
def review_access() -> None:
    """Open the quarter's review if there is none, remind, end what is due. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        open_review(actor=system_account())
        remind_due()
        close_due()

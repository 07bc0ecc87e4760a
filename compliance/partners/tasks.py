"""The clock of recalls."""

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.partners import recalls
from people.accounts.system import SYSTEM_ID


@shared_task
def ask_back_ended() -> None:
    """Asks firms for what they were given for deals that have ended. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        recalls.ask_at_the_end()

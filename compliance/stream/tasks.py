"""The worker's part of the streams. Safe to run twice, and to be killed."""

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.stream import pushing
from compliance.stream.receivers import receivers
from people.accounts.system import SYSTEM_ID


# A receiver that answers a byte at a time holds one worker for so long and no longer.
@shared_task(soft_time_limit=180)
def push() -> None:
    """Sends what is new to each receiver that the environment names."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        for receiver in receivers():
            pushing.push(receiver)

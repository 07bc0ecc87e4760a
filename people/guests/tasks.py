"""Sending codes out of the request, so that it takes as long for a number that gets none."""

import contextlib

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.guests import pending
from people.guests.services import TooMany, deliver
from people.sms.sending import NotSent


@shared_task
def send_code(ask_id: str) -> None:
    """The code of this ask, if it gets one. The number stays in the database: the queue holds the id alone.

    What keeps it from being sent is in the log; whoever waits asks again.
    """
    ask = pending.found(ask_id)
    if ask is None:
        return
    with acting_as(Origin(actor=SYSTEM_ID)), contextlib.suppress(NotSent, TooMany):
        deliver(ask)

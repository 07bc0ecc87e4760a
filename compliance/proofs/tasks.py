"""Signing the log, bringing its checkpoints outside, reading them back. Each is safe to run twice and to be
killed.

The log is signed by the sequencer's process; the actor of what is written is the house's own account.
"""

from uuid import UUID

from celery import shared_task

from audit.alone import alone
from audit.checkpoints import comparing, publishing
from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID

# One publisher and one comparer at a time: a sink that answers slowly is not asked again meanwhile.
_PUBLISHING = UUID("5b1e9a30-6d0c-4c1e-8c55-91f6a2d3b701")
_COMPARING = UUID("5b1e9a30-6d0c-4c1e-8c55-91f6a2d3b702")


@shared_task(expires=10)
def publish() -> None:
    """Brings each sink what it is due."""
    with alone(_PUBLISHING) as mine:
        if mine:
            publishing.publish()


@shared_task(expires=60)
def compare() -> None:
    """Reads each sink back and compares it with the tree."""
    with acting_as(Origin(actor=SYSTEM_ID)), alone(_COMPARING) as mine:
        if mine:
            comparing.compare_all()

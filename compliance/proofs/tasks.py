"""Signing the log, bringing its checkpoints outside, reading them back. Each is safe to run twice and to be
killed.

The actor of what they write is the house's own account.
"""

import logging
from uuid import UUID

from celery import shared_task

from audit.alone import alone
from audit.checkpoints import comparing, publishing, signing
from audit.checkpoints.keys import NoKeys
from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID

# One publisher and one comparer at a time: a sink that answers slowly is not asked again meanwhile.
_PUBLISHING = UUID("5b1e9a30-6d0c-4c1e-8c55-91f6a2d3b701")
_COMPARING = UUID("5b1e9a30-6d0c-4c1e-8c55-91f6a2d3b702")

logger = logging.getLogger(__name__)


@shared_task(expires=10)
def sign() -> None:
    """Signs the newest head. Where the tree is not what was signed before, officers see it in Today."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        try:
            signing.sign_latest()
        except signing.NotSigned:
            return  # the alarm is in the log
        except NoKeys as missing:
            logger.error("the log is not signed: %s", missing)


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

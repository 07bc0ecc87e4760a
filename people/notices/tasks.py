"""The worker's part of notices. No arguments: what is due stands in the database."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID


def send_soon() -> None:
    """Has the worker send what was just committed. Should the queue be down, the next minute does it."""
    send.delay()


@shared_task
def send() -> None:
    """Messages and posts that are due; those that failed before among them. Safe to run twice."""
    from people.notices.batches import settle_due  # noqa: PLC0415 (services ask this module to send)
    from people.notices.robots.sending import post_due  # noqa: PLC0415 (as above)
    from people.notices.sending import send_due  # noqa: PLC0415 (as above)

    with acting_as(Origin(actor=SYSTEM_ID)):
        settle_due()
        send_due()
        post_due()


@shared_task
def gather() -> None:
    """Digests whose hour has come. Safe to run twice."""
    from people.notices.digests import gather_due  # noqa: PLC0415 (as above)

    with acting_as(Origin(actor=SYSTEM_ID)):
        gather_due()


@shared_task
def forget() -> None:
    """What is too old to be kept about anybody. Safe to run twice."""
    from people.notices.forgetting import forget_old  # noqa: PLC0415 (as above)

    forget_old()

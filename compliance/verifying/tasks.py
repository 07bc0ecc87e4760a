"""The nightly comparison of the records with the log. Safe to run twice, and to be killed."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.verifying.comparing import compare, not_compared_since
from people.accounts.system import SYSTEM_ID

NIGHT = timedelta(hours=12)
LAST = 9  # of Valkey's priorities 0 to 9: whatever people wait for goes first


@shared_task
def begin() -> None:
    """Queues the books that this night has not compared yet; several times a night, so that what a killed
    worker left undone is taken up again."""
    for book_id in not_compared_since(timezone.now() - NIGHT):
        verify.apply_async((str(book_id),), priority=LAST)


@shared_task
def verify(book_id: str) -> None:
    """Compares one book; the house's own account is the actor."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        compare(UUID(book_id))

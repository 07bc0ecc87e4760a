"""Timed work on undertakings."""

from celery import shared_task

from people.duties import ending


@shared_task
def tell_ending() -> None:
    """Twice is as good as once."""
    ending.tell_ending()

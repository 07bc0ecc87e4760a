"""Timed work on undertakings of companies and in rooms."""

from celery import shared_task

from deals.seals import ending


@shared_task
def tell_ending() -> None:
    """Twice is as good as once."""
    ending.tell_ending()

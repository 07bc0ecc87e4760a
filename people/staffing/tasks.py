"""The clock of changes of staff."""

from celery import shared_task

from people.staffing.carrying import carry_out_due


@shared_task
def carry_out_changes() -> int:
    """Whoever leaves or comes to another job by now does. Safe to run twice, or to be killed."""
    return carry_out_due()

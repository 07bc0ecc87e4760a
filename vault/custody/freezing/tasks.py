"""The worker's part: it alone can end a freeze, and only what the log orders. Safe to run twice."""

from celery import shared_task

from audit.actions import Action
from audit.models import LogEntry
from vault.keys.freezing import all_frozen, thaw


@shared_task
def thaw_ordered() -> None:
    """Ends every freeze whose end was ordered after it began. It takes no word for it from the queue."""
    for compartment, since in all_frozen():
        order = LogEntry.objects.filter(
            action=Action.KEYS_UNLOCK, subjects__contains=[compartment], at__gt=since, result="done"
        ).first()
        if order is not None:
            thaw(order.pk, compartment)

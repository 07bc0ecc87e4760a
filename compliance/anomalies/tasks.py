"""The watch's jobs. Both are safe to run twice and to be killed."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db.models import F
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.anomalies import detecting, trying
from compliance.anomalies.models import Trial
from people.accounts.system import SYSTEM_ID

ROUNDS = 20  # of one run: a log that is far ahead is caught up with by the next ones
FORGOTTEN = timedelta(minutes=5)


@shared_task
def watch() -> None:
    """Looks at what is new in the log, and takes up trials that a killed worker left."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        for _ in range(ROUNDS):
            if not detecting.detect():
                break
    left = Trial.objects.filter(done__lt=F("days"), asked_at__lt=timezone.now() - FORGOTTEN)
    for pk in left.values_list("pk", flat=True):
        try_on_the_past.delay(str(pk))


@shared_task
def try_on_the_past(trial_id: str) -> None:
    """Goes through the days of one trial; its entry is the order's."""
    trying.run(UUID(trial_id))

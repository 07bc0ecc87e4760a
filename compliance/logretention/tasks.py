"""Jobs of the worker: looking at the months each night, and carrying out what two officers ordered. Safe to
run twice, and to be killed."""

from datetime import date

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.logretention import leaving
from compliance.logretention.models import LogMonth
from people.accounts.system import SYSTEM_ID


@shared_task
def look() -> None:
    """What has become old enough is looked at and bundled; the house's own account is the actor."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        leaving.look()


@shared_task
def leave(code: str) -> None:
    """Carries out the order for one month (YYYY-MM); whoever agreed to it is the actor."""
    month = date.fromisoformat(f"{code}-01")
    row = LogMonth.objects.filter(pk=month, ordered__isnull=False, left_at__isnull=True).first()
    if row is not None:
        with acting_as(Origin(actor=row.ordered_by_id)):
            leaving.let_go(month)


@shared_task
def shred(code: str) -> None:
    """Destroys the keys of a month's sealed reasons, as two officers ordered."""
    from compliance.logretention import shredding  # noqa: PLC0415 (its approval queues this job)

    with acting_as(Origin(actor=SYSTEM_ID)):
        shredding.carry_out(date.fromisoformat(f"{code}-01"))


@shared_task
def resume() -> None:
    """Queues what waits for a signed checkpoint or a quiet moment, or what a killed worker left."""
    waiting = LogMonth.objects.filter(ordered__isnull=False, left_at__isnull=True)
    for month in waiting.order_by("month").values_list("month", flat=True):
        leave.delay(f"{month:%Y-%m}")
    shredding = LogMonth.objects.filter(shred_order__isnull=False, shredded_at__isnull=True)
    for month in shredding.values_list("month", flat=True):
        shred.delay(f"{month:%Y-%m}")

"""The nightly fall into the pool; the house's own account is its actor."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID, system_account
from vault.intake import pool


@shared_task
def fall_due() -> None:
    """Ends protection that has run out. Twice is as good as once."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        pool.fall_due(actor=system_account())

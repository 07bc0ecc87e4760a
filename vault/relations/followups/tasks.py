"""The hourly look at what people who left were still to do; the house's own account is its actor."""

from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from vault.relations.followups import leaving, telling


@shared_task
def settle_left() -> None:
    """Twice is as good as once."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        leaving.to_owners()


@shared_task
def tell_due() -> None:
    """Twice is as good as once."""
    telling.tell_due()

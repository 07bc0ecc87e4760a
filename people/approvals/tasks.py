from celery import shared_task

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.approvals import escalating, services


@shared_task
def expire_due() -> None:
    with acting_as(Origin(actor=SYSTEM_ID)):
        services.expire_due()


@shared_task
def escalate_due() -> None:
    with acting_as(Origin(actor=SYSTEM_ID)):
        escalating.escalate_due()

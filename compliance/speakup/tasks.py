"""The worker's job: destroying closed reports whose time is over. Safe to run twice, and to be killed."""

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.speakup import keeping
from people.accounts.system import SYSTEM_ID


@shared_task
def destroy_due() -> None:
    """The rule that officers set is the order; the house's own account is the actor."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        for case_id in keeping.due_cases():
            keeping.destroy(case_id)

"""The clock of partner firms."""

from celery import shared_task
from django.db import transaction

from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID
from people.partners import contacts, reviewing, suspending


@shared_task
def keep_firms() -> None:
    """Reminds of reviews, suspends where one is overdue, tests incident contacts. Safe to run twice."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        reviewing.remind()
        suspending.suspend_overdue()
        for contact in contacts.contacts_to_test():
            with transaction.atomic():
                contacts.test_contact(contact)

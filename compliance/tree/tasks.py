"""The nightly comparison of the entries with the tree. Safe to run twice, and to be killed."""

from celery import shared_task

from audit.origin import Origin, acting_as
from compliance.tree.alarms import compare_tree
from people.accounts.system import SYSTEM_ID


@shared_task
def compare() -> None:
    """Looks for entries without a leaf and leaves without an entry; the house's own account is the actor."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        compare_tree()

"""Confirming clients, and how often a book wants it done."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import get_book, get_client, may_open
from vault.records.models import Client, ClientState


@transaction.atomic
def confirm_client(*, actor: User, client_id: UUID) -> None:
    """The person has made sure that the data are still right. Nothing is opened.

    Raises Refused: no such client for this person, or it is kept for storage only.
    """
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    confirmed = Client.objects.filter(pk=client_id, state=ClientState.ACTIVE).update(
        confirmed_at=timezone.now()
    )
    if not may_open(client) or not confirmed:
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_CONFIRM)
    record_change(
        Entry(
            action=Action.CLIENT_CONFIRM,
            object_type=ObjectType.CLIENT,
            object_id=client_id,
            subjects=(client_id,),
            deal=client.book.deal_id,
        )
    )


@transaction.atomic
def set_review_months(*, actor: User, book_id: UUID, months: int) -> None:
    """How many months a confirmation counts in a book, 1 to 60. Raises Refused."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    if book.review_months == months:
        return
    book.review_months = months
    book.save(update_fields=["review_months"])
    record_change(
        Entry(
            action=Action.BOOK_REVIEW,
            object_type=ObjectType.BOOK,
            object_id=book_id,
            deal=book.deal_id,
        )
    )

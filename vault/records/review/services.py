"""Confirming groups of clients, and how often a book wants it done."""

from collections.abc import Collection, Mapping
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
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.review.columns import COLUMN, PERIOD
from vault.records.review.staleness import confirmed_at, holds


@transaction.atomic
def confirm_client(*, actor: User, client_id: UUID, groups: Collection[Group]) -> None:
    """The person has made sure that what these groups hold is still right. Nothing is opened.

    Raises Refused: no such client for this person, it is kept for storage only, or no group was named.
    """
    refused = Refused(ObjectType.CLIENT, client_id, Action.CLIENT_CONFIRM)
    get_client(actor, client_id, Permission.CLIENT_EDIT)
    client: Client = Client.objects.select_for_update(of=("self",)).select_related("book").get(pk=client_id)
    if not may_open(client) or not groups:
        raise refused
    now = timezone.now()
    # That there is nothing in a group was seen as well: it must not hold back what all have in common.
    seen = {
        group: now if group in groups or not holds(client, group) else confirmed_at(client, group)
        for group in Group
    }
    columns = {COLUMN[group]: at for group, at in seen.items()}
    Client.objects.filter(pk=client_id).update(confirmed_at=min(seen.values()), **columns)
    record_change(
        Entry(
            action=Action.CLIENT_CONFIRM,
            object_type=ObjectType.CLIENT,
            object_id=client_id,
            subjects=(client_id,),
            deal=client.book.deal_id,
            fields=tuple(sorted(groups)),
        )
    )


@transaction.atomic
def set_review_months(*, actor: User, book_id: UUID, months: Mapping[Group, int]) -> None:
    """How many months a confirmation of each group counts in a book, 1 to 60. Raises Refused."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    changed = {group: count for group, count in months.items() if getattr(book, PERIOD[group]) != count}
    if not changed:
        return
    for group, count in changed.items():
        setattr(book, PERIOD[group], count)
    book.save(update_fields=[PERIOD[group] for group in changed])
    record_change(
        Entry(
            action=Action.BOOK_REVIEW,
            object_type=ObjectType.BOOK,
            object_id=book_id,
            deal=book.deal_id,
            fields=tuple(sorted(changed)),
        )
    )

"""Ordering that a book moves to another suite."""

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.custody.suites.models import SuiteMove
from vault.custody.suites.tasks import move
from vault.records.models import ClientBook


@transaction.atomic
def order_move(*, actor: User, book: ClientBook, suite: int) -> SuiteMove:
    """Order the move and queue it; a move of this book that goes on already is given back. Raises Refused."""
    require(actor, Permission.KEY_ROTATE)
    ClientBook.objects.select_for_update(no_key=True).get(pk=book.pk)  # two orders wait for each other
    under_way = SuiteMove.objects.filter(book=book, ended_at__isnull=True).first()
    if under_way is not None:
        return under_way
    entry = record_change(
        Entry(
            action=Action.KEYS_REENCRYPT,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            subjects=(book.pk,),
            deal=book.deal_id,
        )
    )
    ordered = SuiteMove.objects.create(book=book, suite=suite, order=entry, ordered_by=actor)
    transaction.on_commit(lambda: move.delay(str(ordered.pk)))
    return ordered

"""The public pool (公海): who fell into it at night, and what a colleague of the book sees of it."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.entry import MAX_SUBJECTS
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.intake.models import How
from vault.intake.ownership import move
from vault.purposes.catalogue import Holding
from vault.records.access import which_clients
from vault.records.listing import PAGE, ClientPage
from vault.records.models import Client, ClientState
from vault.records.reading import masked_rows


def fall_due(*, actor: User) -> int:
    """Put clients whose protection has ended into the pool, by the thousand; how many. Safe to run twice."""
    fallen = 0
    while step := _step(actor):
        fallen += step
    return fallen


@transaction.atomic
def _step(actor: User) -> int:
    due = (
        Client.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(assigned__isnull=False, protected_until__lte=timezone.now(), book__holding=Holding.OWN)
        .select_related("book")
        .defer("identity", "contact", "financial", "remarks")
        .order_by("protected_until")
    )
    clients = list(due[:MAX_SUBJECTS])
    for book in {client.book_id: client.book for client in clients}.values():
        here = [client for client in clients if client.book_id == book.pk]
        move(actor=actor, book=book, clients=here, to=None, how=How.EXPIRED)
    return len(clients)


def which_pooled(user: User) -> "QuerySet[Client]":
    """Clients of our own, without an owner, in the books in which the person works."""
    return which_clients(user, Permission.CLIENT_EDIT).filter(
        assigned__isnull=True, state=ClientState.ACTIVE, book__holding=Holding.OWN
    )


def pool_page(
    *, actor: User, book: UUID | None = None, after: UUID | None = None, before: UUID | None = None
) -> ClientPage:
    """A page of the pool, masked, newest first; its entry names all of them."""
    found = which_pooled(actor).select_related("assigned")
    if book is not None:
        found = found.filter(book_id=book)
    if before is not None:
        newer = list(found.filter(pk__gt=before).order_by("id")[: PAGE + 1])
        clients, more_newer, more_older = newer[:PAGE][::-1], len(newer) > PAGE, True
    else:
        older = list((found.filter(pk__lt=after) if after else found).order_by("-id")[: PAGE + 1])
        clients, more_newer, more_older = older[:PAGE], after is not None, len(older) > PAGE
    return ClientPage(
        masked_rows(clients, object_id=book),
        previous=str(clients[0].pk) if clients and more_newer else "",
        next=str(clients[-1].pk) if clients and more_older else "",
    )

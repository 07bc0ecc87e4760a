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
from vault.records.models import PROTECTED, Client, ClientBook, ClientState
from vault.records.reading import masked_rows


def fall_due(*, actor: User) -> int:
    """Put clients whose protection has ended into the pool, by the thousand; how many. Safe to run twice."""
    fallen = 0
    for book in ClientBook.objects.filter(holding=Holding.OWN).order_by("pk"):
        while step := _step(actor, book):
            fallen += step
    return fallen


@transaction.atomic
def _step(actor: User, book: ClientBook) -> int:
    """Book by book, as the index `client_by_protection_end` is: what lists sort by serves the night, too."""
    due = (
        Client.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .alias(end=PROTECTED)
        .filter(book=book, end__lte=timezone.now(), assigned__isnull=False)
        .defer("identity", "contact", "financial", "remarks")
        .order_by("end", "id")
    )
    clients = list(due[:MAX_SUBJECTS])
    if clients:
        move(actor=actor, book=book, clients=clients, to=None, how=How.EXPIRED)
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

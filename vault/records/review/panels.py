"""What the review queue adds to the pages of clients and books, and to the day."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.records.access import may_open, which_books
from vault.records.models import Client, ClientBook
from vault.records.review.queue import due_of
from vault.records.review.staleness import is_due, is_stopped


def confirmation_panel(user: User, client: Client) -> Mapping[str, Any] | None:
    """When the client was confirmed, whether it is due, and the button for those who work with it."""
    if not may_open(client):
        return None
    books = which_books(user, Permission.CLIENT_EDIT)
    return {
        "client": client,
        "due": is_due(client),
        "stopped": is_stopped(client),
        "may_confirm": books.filter(pk=client.book_id).exists(),
    }


def period_panel(user: User, book: ClientBook) -> Mapping[str, Any]:
    """How often a book wants its clients confirmed."""
    manages = which_books(user, Permission.BOOK_MANAGE).filter(pk=book.pk).exists()
    return {"book": book, "manages": manages}


def stale_clients(user: User) -> Iterator[DueItem]:
    """The person's own clients that are to be looked at again."""
    if has(user, Permission.CLIENT_EDIT):
        yield DueItem(
            label=_("Clients to confirm as still right"),
            count=due_of(user).count(),
            url=reverse("vault:review"),
            urgency=Urgency.LATER,
        )

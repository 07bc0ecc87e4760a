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
from vault.records.panels import Tab, review_page
from vault.records.review.columns import PERIOD
from vault.records.review.queue import confirmations, due_of


def confirmation_panel(user: User, client: Client) -> Mapping[str, Any] | None:
    """When each group was confirmed, whether it is due, and what those who work with the client can do."""
    if not may_open(client):
        return None
    groups = confirmations(client)
    may_confirm = which_books(user, Permission.CLIENT_EDIT).filter(pk=client.book_id).exists()
    due = any(one.due for one in groups)
    more: list[Tab] = review_page.tabs(user) if may_confirm and due else []
    return {
        "client": client,
        "groups": groups,
        "due": due,
        "stopped": any(one.stopped for one in groups),
        "may_confirm": may_confirm,
        "more": more,
    }


def period_panel(user: User, book: ClientBook) -> Mapping[str, Any]:
    """How often a book wants each group of its clients confirmed."""
    manages = which_books(user, Permission.BOOK_MANAGE).filter(pk=book.pk).exists()
    periods = [(group.label, getattr(book, column)) for group, column in PERIOD.items()]
    return {"book": book, "periods": periods, "manages": manages}


def stale_clients(user: User) -> Iterator[DueItem]:
    """The person's own clients that are to be looked at again."""
    if has(user, Permission.CLIENT_EDIT):
        yield DueItem(
            label=_("Clients to confirm as still right"),
            count=due_of(user).count(),
            url=reverse("vault:review"),
            urgency=Urgency.LATER,
        )

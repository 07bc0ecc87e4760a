"""What the book's page says about a freeze."""

from collections.abc import Mapping
from typing import Any

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.custody.freezing.services import state_of
from vault.records.access import which_books
from vault.records.models import ClientBook


def book_panel(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """Everybody in the book sees that it is frozen; who manages it can freeze it."""
    state = state_of(book.pk)
    manages = which_books(user, Permission.BOOK_MANAGE).filter(pk=book.pk).exists()
    return {"book": book, "state": state, "manages": manages} if state or manages else None

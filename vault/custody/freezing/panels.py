"""What the book's page says about a freeze, and where it begins and ends."""

from collections.abc import Mapping
from typing import Any

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.custody.freezing.services import state_of
from vault.keys.freezing import frozen_among
from vault.records.access import which_books
from vault.records.models import ClientBook


def frozen_panel(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """Everybody in the book sees at the top that it is frozen."""
    state = state_of(book.pk)
    return {"state": state} if state else None


def freeze_panel(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """Who manages the book can freeze it, and ask for the end."""
    if not which_books(user, Permission.BOOK_MANAGE).filter(pk=book.pk).exists():
        return None
    return {"book": book, "frozen": bool(frozen_among([book.pk]))}

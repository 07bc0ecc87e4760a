"""What a locked book says at its top, and where officers lock one."""

from collections.abc import Mapping
from typing import Any

from people.accounts.models import User
from people.locks.standing import lock_of_book
from vault.records.models import ClientBook


def locked_panel(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """Everybody in the book sees that it is locked, and since when; not why."""
    lock = lock_of_book(book.pk)
    return {"lock": lock} if lock else None

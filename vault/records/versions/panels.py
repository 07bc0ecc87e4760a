"""What waits for a second person, on the client's page."""

from collections.abc import Mapping
from typing import Any

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books
from vault.records.models import Client
from vault.records.versions.proposing import waiting_changes


def waiting_panel(user: User, client: Client) -> Mapping[str, Any] | None:
    """Nothing where nothing waits. Whoever works in the book may decide, or has asked: they get there."""
    waiting = waiting_changes(client.pk)
    if not waiting:
        return None
    books = which_books(user, Permission.CLIENT_EDIT)
    return {"waiting": waiting, "may_look": books.filter(pk=client.book_id).exists()}

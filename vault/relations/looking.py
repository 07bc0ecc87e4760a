"""A look at a client's further pages: an entry, and the masked name above the page."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from audit.actions import Action
from audit.log import record_read
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.records.access import get_client, may_open
from vault.records.entries import client_entry
from vault.records.labels import Group
from vault.records.models import Client


@dataclass(frozen=True, slots=True)
class Look:
    """The client, and its masked name; a storage-only client shows nothing of itself, nor any row."""

    client: Client
    name: str = field(repr=False)

    @property
    def is_open(self) -> bool:
        return may_open(self.client)


def look_at(*, actor: User, client_id: UUID) -> Look:
    """Raises Refused when there is no such client, or none for this person."""
    client = get_client(actor, client_id, Permission.CLIENT_VIEW)
    entry = client_entry(client, Action.CLIENT_VIEW)
    if not may_open(client):
        record_read(replace(entry, keys=()))
        return Look(client, "")
    with access(Mode.MASK, entry, groups={Group.IDENTITY}):
        return Look(client, client.name)

"""The gate of the key inventory. It shows what keys there are, never a key, and each look is an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.custody.owners import Owner, owners_of
from vault.keys import inventory

SEES = (Permission.KEY_ROTATE, Permission.KEY_VIEW)
SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Compartments with their owners; `previous` and `next` are cursors."""

    rows: list[tuple[inventory.Compartment, Owner | None]]
    previous: str
    next: str


def compartments_page(
    user: User,
    *,
    after: UUID | None,
    before: UUID | None,
    among: Sequence[UUID] | None,
    state: str,
) -> Page:
    """A page of the inventory; names only of what this person may see."""
    record_read(Entry(action=Action.KEYS_VIEW, object_type=ObjectType.KEYRING, object_id=None))
    found = inventory.compartments(
        after=None if before else after, before=before, size=SIZE + 1, among=among, state=state
    )
    more = len(found) > SIZE
    found = found[-SIZE:] if before else found[:SIZE]
    owners = owners_of(user, [one.id for one in found])
    return Page(
        [(one, owners.get(one.id)) for one in found],
        str(found[0].id) if found and (more if before else after) else "",
        str(found[-1].id) if found and (before or more) else "",
    )

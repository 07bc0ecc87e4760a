"""The gate of the key inventory. It shows what keys there are, never a key, and each look is an entry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.refusals import Refused
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


@dataclass(frozen=True, slots=True)
class KeysPage:
    """One compartment's keys: live ones in `rows`, or destroyed ones with who ordered it in `destroyed`."""

    compartment: inventory.Compartment
    owner: Owner | None
    rows: list[inventory.Key]
    destroyed: list[tuple[inventory.DestroyedKey, User | None]]
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


def keys_page(user: User, wanted: inventory.Wanted, *, destroyed: bool) -> KeysPage:
    """A page of one compartment's keys. Raises Refused where there is no such compartment."""
    found = inventory.compartments(among=[wanted.compartment], size=1)
    if not found:
        raise Refused(ObjectType.COMPARTMENT, wanted.compartment, Action.KEYS_VIEW)
    record_read(
        Entry(action=Action.KEYS_VIEW, object_type=ObjectType.COMPARTMENT, object_id=wanted.compartment)
    )
    asked = replace(wanted, size=SIZE + 1)
    if destroyed:
        gone, previous, next_ = _window(inventory.destroyed_of(asked), asked)
        rows: list[inventory.Key] = []
    else:
        rows, previous, next_ = _window(inventory.keys_of(asked), asked)
        gone = []
    owner = owners_of(user, [wanted.compartment]).get(wanted.compartment)
    return KeysPage(found[0], owner, rows, _with_orderers(gone), previous, next_)


AnyKey = TypeVar("AnyKey", inventory.Key, inventory.DestroyedKey)


def _window(found: list[AnyKey], asked: inventory.Wanted) -> tuple[list[AnyKey], str, str]:
    """At most SIZE of them, and the cursors to both sides."""
    more = len(found) > SIZE
    back = asked.before is not None
    window = found[-SIZE:] if back else found[:SIZE]
    if not window:
        return [], "", ""
    previous = more if back else asked.after is not None
    return window, str(window[0].id) if previous else "", str(window[-1].id) if back or more else ""


def _with_orderers(
    gone: Sequence[inventory.DestroyedKey],
) -> list[tuple[inventory.DestroyedKey, User | None]]:
    """With who ordered each destruction, as the log says."""
    actor_of = dict(LogEntry.objects.filter(pk__in={key.order for key in gone}).values_list("pk", "actor"))
    people = User.objects.in_bulk([actor for actor in actor_of.values() if actor])
    return [(key, people.get(actor_of.get(key.order))) for key in gone]

"""Who saw a client in plaintext, from the log: for those who work with the client."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.actions import Action, Result
from audit.query import LogFilter, page
from people.accounts.models import User
from vault.records.labels import Group
from vault.records.models import Client

READ = 200  # entries
SHOWN = 12  # people


@dataclass(frozen=True, slots=True)
class Seen:
    """A person, the groups that were shown to them, and when last."""

    who: str
    groups: list[str]
    at: datetime


def seen_panel(user: User, client: Client) -> Mapping[str, Any]:
    """Context of the panel: the newest first. The caller has passed the client's gate."""
    shown = LogFilter(subject=client.pk, actions=(Action.CLIENT_REVEAL,), result=Result.DONE)
    newest = page(shown, READ)
    by_person: dict[Any, tuple[datetime, set[str]]] = {}
    for entry in newest.entries:
        _at, groups = by_person.setdefault(entry.actor, (entry.at, set()))
        groups.update(entry.fields)
    names = User.objects.in_bulk([actor for actor in by_person if actor])
    seen = [
        Seen(
            names[actor].display_name if actor in names else "",
            [str(group.label) for group in Group if group.value in groups],
            at,
        )
        for actor, (at, groups) in by_person.items()
    ]
    return {"seen": seen[:SHOWN], "more": newest.older is not None}

"""When a client's data are to be looked at again, and when they are too old to be given out.

PIPL 8: data are to be accurate. They age at different speed, so a book says for each disclosure group for
how many months it counts as confirmed; twice that, and the group's plaintext is given out to nobody until
somebody has confirmed it (vault.records.access.may_reveal). A group that holds nothing is never due.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from vault.records.labels import Group
from vault.records.review.columns import COLUMN, PERIOD

MONTH = timedelta(days=365) / 12
STOPS_AFTER = 2  # periods

SEALED = {
    Group.IDENTITY: "identity",
    Group.CONTACT: "contact",
    Group.FINANCIAL: "financial",
    Group.NOTES: "remarks",
}


def due_before(months: int, *, periods: int = 1) -> datetime:
    """What was confirmed before this moment is due, where a confirmation counts so many months."""
    return timezone.now() - months * periods * MONTH


# A client is `Any` below: models.py lies above this module, which its gate needs.


def holds(client: Any, group: Group) -> bool:
    """Whether there is anything in the group; nothing is opened."""
    return getattr(client, SEALED[group]) is not None


def held_groups(client: Any) -> list[Group]:
    """The groups in which there is something to confirm."""
    return [group for group in Group if holds(client, group)]


def confirmed_at(client: Any, group: Group) -> datetime:
    """When somebody last made sure of this group, or it came in."""
    at: datetime = getattr(client, COLUMN[group]) or client.confirmed_at
    return at


def is_due(client: Any, group: Group) -> bool:
    """Whether somebody is to look at the group again."""
    return confirmed_at(client, group) < due_before(_months(client, group)) and holds(client, group)


def is_stopped(client: Any, group: Group) -> bool:
    """Whether nobody has looked for so long that the group's plaintext is given out no more."""
    before = due_before(_months(client, group), periods=STOPS_AFTER)
    return confirmed_at(client, group) < before and holds(client, group)


def due_groups(client: Any) -> list[Group]:
    """The groups that somebody is to look at again."""
    return [group for group in Group if is_due(client, group)]


def _months(client: Any, group: Group) -> int:
    months: int = getattr(client.book, PERIOD[group])
    return months

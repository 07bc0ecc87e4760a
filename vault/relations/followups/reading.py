"""The list of follow-ups: one's own, each line masked, under one entry that names everybody on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from people.accounts.models import User
from vault.records.access import may_reveal
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reading import MaskedRow, masked_rows
from vault.relations.followups.access import own_followups
from vault.relations.followups.models import FollowUp, FollowUpState


@dataclass(frozen=True, slots=True)
class Line:
    """A follow-up with the masks of its client. `part` is overdue, today or later."""

    followup: FollowUp
    masked: MaskedRow
    part: str

    @property
    def callable(self) -> bool:
        """Whether there is a number to show; a storage-only client has none to give."""
        return bool(self.masked.phone) and may_reveal(self.followup.client, Group.CONTACT)


def day_end(now: datetime) -> datetime:
    """Midnight after `now` where the viewer is."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    # Through the date, so that a day with a changed clock still ends at its midnight.
    return (start + timedelta(hours=36)).replace(hour=0)


def due_by(user: User, until: datetime | None) -> "QuerySet[FollowUp]":
    found = own_followups(user)
    return found if until is None else found.filter(due_at__lt=until)


def lines(followups: Sequence[FollowUp]) -> list[Line]:
    """Masks of one page. A client that stands in two lines is named once."""
    now = timezone.now()
    end = day_end(now)
    clients = {row.client_id: row.client for row in followups}
    masked = {row.client.pk: row for row in masked_rows(list(clients.values()))}
    return [Line(row, masked[row.client_id], _part(row.due_at, now, end)) for row in followups]


def open_of(client: Client) -> list[FollowUp]:
    """What is still to be done with a client, whoever's it is, the nearest first; nothing is opened."""
    rows = client.followup_rows.filter(state=FollowUpState.OPEN)
    return list(rows.select_related("assigned").order_by("due_at", "id")[:20])


def _part(due_at: datetime, now: datetime, end: datetime) -> str:
    if due_at < now:
        return "overdue"
    return "today" if due_at < end else "later"

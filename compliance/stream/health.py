"""How the streams are: what officers see on a page, and when it cannot wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.stream.batches import size, waiting_since
from compliance.stream.models import Kind, StreamPlace, Trouble
from compliance.stream.receivers import receivers
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Health:
    """One receiver: how many entries it lacks, since when the first of them waits, and what is wrong."""

    kind: Kind
    host: str
    place: StreamPlace
    lag: int
    waiting_since: datetime | None

    @property
    def trouble(self) -> str:
        return str(Trouble(self.place.trouble).label) if self.place.trouble else ""

    @property
    def is_late(self) -> bool:
        """It fails, or nobody sends: the worker, or its clock, may not run."""
        now = timezone.now()
        stuck = self.waiting_since is not None and self.waiting_since < now - LATE
        began = self.place.begun_at < now - LATE
        last = self.place.acknowledged_at
        return stuck and began and (last is None or last < now - LATE)


def healths() -> list[Health]:
    """Of each receiver that is named. A fixed number of queries each."""
    whole = size()
    found = []
    for one in receivers():
        place = one.place()
        lag = max(whole - place.next_index, 0)
        found.append(Health(one.kind, one.host, place, lag, waiting_since(place.next_index) if lag else None))
    return found


def due(user: User) -> Iterator[DueItem]:
    """Streams that have not gone on for ten minutes."""
    if has(user, Permission.WATCH_MANAGE) and receivers():
        yield DueItem(
            label=_("Streams of the log that have come to a stop"),
            count=sum(one.is_late for one in healths()),
            url=reverse("compliance:streams"),
            urgency=Urgency.NOW,
        )

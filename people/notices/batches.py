"""What goes on for a while is told once: noted with the first act, settled by the worker after the window."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.accounts.models import User
from people.notices.kinds import kind_of
from people.notices.models import NoticeBatch
from people.notices.services import notify

# Whom it concerns, by the gate of now: what happened in the deal since then.
Concerned = Callable[[UUID, datetime], Iterable[User]]

_sources: dict[str, Concerned] = {}


def register(kind_code: str, concerned: Concerned) -> None:
    """Raises ValueError when another source already answers for the kind."""
    if _sources.setdefault(kind_code, concerned) != concerned:
        raise ValueError(f"Two sources say whom {kind_code} concerns.")


def begin_batch(kind_code: str, deal_id: UUID, since: datetime) -> None:
    """In the transaction of the act. While one waits already this changes nothing."""
    due_at = since + kind_of(kind_code).fold
    batch = NoticeBatch(kind=kind_code, deal_id=deal_id, since=since, due_at=due_at)
    NoticeBatch.objects.bulk_create([batch], ignore_conflicts=True)


def settle_due() -> int:
    """Tells of those whose window is over; returns how many. Each in a transaction of its own: one whose
    worker dies is there again for the next."""
    settled = 0
    while _settle_next():
        settled += 1
    return settled


@transaction.atomic
def _settle_next() -> bool:
    due = NoticeBatch.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    batch = due.select_for_update(skip_locked=True).first()
    if batch is None:
        return False
    people = _sources[batch.kind](batch.deal_id, batch.since)
    notify(batch.kind, people, deal_id=batch.deal_id, key=str(batch.pk))
    batch.delete()
    return True

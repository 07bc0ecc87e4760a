"""When a client's data are to be looked at again, and when they are too old to be given out.

PIPL 8: data are to be accurate. A book says for how many months a client counts as confirmed; twice that, and
its plaintext is given out to nobody until somebody has confirmed it (vault.records.access.may_reveal).
"""

from datetime import datetime, timedelta
from typing import Protocol

from django.utils import timezone

MONTH = timedelta(days=365) / 12
STOPS_AFTER = 2  # periods


class Book(Protocol):
    """What of a client book decides."""

    review_months: int


class Reviewed(Protocol):
    """What of a client decides."""

    confirmed_at: datetime

    @property
    def book(self) -> Book: ...


def due_before(months: int, *, periods: int = 1) -> datetime:
    """Who was confirmed before this moment is due, in a book of so many months."""
    return timezone.now() - months * periods * MONTH


def is_due(client: Reviewed) -> bool:
    """Whether somebody is to look at the client again."""
    return client.confirmed_at < due_before(client.book.review_months)


def is_stopped(client: Reviewed) -> bool:
    """Whether nobody has looked for so long that plaintext is given out no more."""
    return client.confirmed_at < due_before(client.book.review_months, periods=STOPS_AFTER)

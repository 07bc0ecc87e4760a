"""Showing ratings, transactions and preferences: sealed parts open for a purpose, one kind at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from people.accounts.models import User
from vault.purposes.catalogue import Reason
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reading import revealed
from vault.relations.service.models import (
    AMOUNT,
    RATING,
    WISHES,
    Currency,
    Industry,
    Preference,
    PriceBand,
    Rating,
    Transaction,
)

SHOWN = 50


class Part(StrEnum):
    """What is revealed in one go; the value stands in the address."""

    RATINGS = "ratings"
    MONEY = "money"
    WISHES = "wishes"

    @property
    def group(self) -> str:
        return {Part.RATINGS: RATING, Part.MONEY: AMOUNT, Part.WISHES: WISHES}[self]

    @property
    def counts_as(self) -> Group:
        """The client's group whose grade decides what a reveal needs."""
        return Group.FINANCIAL if self is Part.MONEY else Group.NOTES


@dataclass(frozen=True, slots=True)
class Service:
    """A client's ratings, transactions and preference; `opened` holds what was revealed, by row."""

    ratings: list[Rating]
    transactions: list[Transaction]
    preference: Preference | None
    opened: Mapping[UUID, str] = field(default_factory=dict, repr=False)
    part: Part | None = None

    @property
    def has_words(self) -> bool:
        return any(rating.comment is not None for rating in self.ratings)


def service_of(client: Client) -> Service:
    """Codes and dates; nothing is opened."""
    return Service(
        ratings=list(client.rating_rows.select_related("by").order_by("-id")[:SHOWN]),
        transactions=list(client.transaction_rows.select_related("by").order_by("-on", "-id")[:SHOWN]),
        preference=client.preference_rows.select_related("by").order_by("-id").first(),
    )


def reveal_part(
    *,
    actor: User,
    client_id: UUID,
    part: Part,
    purpose: str,
    reason: Reason,
    words: str = "",
    confirmed: bool = False,
) -> tuple[Client, Service]:
    """One part in plaintext. Raises as `vault.records.reading.revealed` does."""
    with revealed(
        actor=actor,
        client_id=client_id,
        group=part.counts_as,
        opened={part.group},
        purpose=purpose,
        reason=reason,
        words=words,
        confirmed=confirmed,
    ) as client:
        service = service_of(client)
        opened = {row.pk: _text(row) for row in _rows(service, part)}
    shown = Service(service.ratings, service.transactions, service.preference, opened, part)
    return client, shown


def _rows(service: Service, part: Part) -> list[Any]:
    if part is Part.RATINGS:
        return [row for row in service.ratings if row.comment is not None]
    if part is Part.MONEY:
        return service.transactions
    wishes = service.preference
    return [wishes] if wishes is not None and wishes.wishes is not None else []


def _text(row: Rating | Transaction | Preference) -> str:
    if isinstance(row, Rating):
        return row.words
    if isinstance(row, Transaction):
        return f"{Decimal(row.amount):,.2f} {Currency(row.currency).label}"
    wishes = [Industry(row.industry).label if row.industry else ""]
    wishes.append(PriceBand(row.price_band).label if row.price_band else "")
    return " · ".join(str(wish) for wish in wishes if wish)

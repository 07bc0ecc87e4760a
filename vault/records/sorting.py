"""What a list of clients can be sorted by: unsealed columns, each with an index within a book.

The id breaks ties, so that every place in the list is one place; it is a UUIDv7, so that by itself it is the
order in which clients were added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.records.models import ASSIGNED, PROTECTED, Client


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort. `places` are compared in turn; their index is in `Client.Meta`."""

    key: str
    label: Promise | str
    places: tuple[Combinable, ...]
    falling: bool

    @property
    def dated(self) -> "Order":
        """The order whose date a list shows: its own, or when each client was changed."""
        return self if self.key in _DATES else order_by("changed")


_ID = F("id")
COLUMNS: Mapping[str, tuple[Promise, tuple[Combinable, ...]]] = {
    "added": (pgettext_lazy("list", "Added on"), (_ID,)),
    "changed": (pgettext_lazy("list", "Changed on"), (F("updated_at"), _ID)),
    "grade": (_("Grade"), (F("grade"), _ID)),
    "assigned": (_("Assigned"), (ASSIGNED, _ID)),
    "protected": (_("Protected until"), (PROTECTED, _ID)),
    "confirmed": (pgettext_lazy("client", "Confirmed"), (F("confirmed_at"), _ID)),
}
_DATES = {"added", "changed", "protected", "confirmed"}
NEWEST = "-added"
WAYS = (("-", "↓"), ("", "↑"))


def order_by(key: str) -> Order:
    """The order that an address names; newest first when it names none of ours."""
    name = key.removeprefix("-")
    if name not in COLUMNS:
        return order_by(NEWEST)
    label, places = COLUMNS[name]
    return Order(name, label, places, key.startswith("-"))


def choices() -> list[tuple[str, str]]:
    """The orders that a list offers; the empty one is NEWEST."""
    named = [
        (f"{sign}{key}", f"{label} {arrow}") for key, (label, _) in COLUMNS.items() for sign, arrow in WAYS
    ]
    return [("", named[0][1]), *named[1:]]


def placed(order: Order) -> dict[str, Combinable]:
    """Annotations that hold a row's place in the list."""
    return {f"place{number}": place for number, place in enumerate(order.places)}


def arranged(
    found: "QuerySet[Client]", order: Order, *, edge: Sequence[Any] | None, backwards: bool
) -> "QuerySet[Client]":
    """Sorted, and beyond the place `edge` where there is one."""
    falling = order.falling != backwards
    if edge is not None:
        # Compared as one row value, which bounds the index scan however many rows are equal in the first.
        comparison = LessThan if falling else GreaterThan
        found = found.filter(comparison(_row(*order.places), _row(*map(Value, edge))))
    names = placed(order)
    return found.annotate(**names).order_by(*(f"-{name}" if falling else name for name in names))


def _row(*places: Combinable) -> Func:
    return Func(*places, function="ROW", output_field=BooleanField())

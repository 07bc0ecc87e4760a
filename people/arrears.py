"""What somebody owes the house and is late with (a rule unread, a training overdue): until it is made good,
no room opens to them and no plaintext.

Slices register what they can be late with. A gate asks along, in its own query, with `without_arrears`; a
page that says why asks `arrears_of`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.functional import Promise

from people.accounts.models import User

Row = TypeVar("Row", bound=Model)

# `person_id` (under that name) of everybody who is late with it now, as a query that another one takes in. A
# gate keeps that one (people.kept), so the database says what time it is: Now(), no moment of ours.
Late = Callable[[], "QuerySet[Any, Any]"]


@dataclass(frozen=True, slots=True)
class Arrear:
    """`code` stands in log entries; `words` says what is owed; `page` names the address where it is made
    good."""

    code: str
    words: str | Promise
    page: str


_owed: dict[Arrear, Late] = {}


def register(arrear: Arrear, late: Late) -> None:
    """Called from `wiring.connect()`; once more for the same arrear changes nothing."""
    _owed.setdefault(arrear, late)


def without_arrears(rows: QuerySet[Row], person: str) -> QuerySet[Row]:
    """The rows whose person (the field of that name) is late with nothing. No query of its own."""
    for late in _owed.values():
        # Asked of each person found, which is few, and not made up beforehand for the whole house.
        rows = rows.filter(~Exists(late().filter(person_id=OuterRef(person))))
    return rows


def arrears_of(user: User) -> list[Arrear]:
    """What the person is late with: one query for each thing one can be late with."""
    return [arrear for arrear, late in _owed.items() if late().filter(person_id=user.pk).exists()]

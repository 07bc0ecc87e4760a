"""Shares of a company in percent, exact; and what a person holds through other companies."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vault.formats.text import clean
from vault.records.errors import NotPossible

WHOLE = Decimal(100)
# Rules on beneficial-owner information (2024), art. 6: a quarter or more, directly or indirectly.
BENEFICIAL = Decimal(25)
LEVELS = 8  # companies above a company that are looked through
PLACES = 6  # decimals that a register gives at most

_FORM = re.compile(rf"\d{{1,3}}(\.\d{{1,{PLACES}}})?\Z", re.ASCII)


def percent_of(raw: str) -> str:
    """The one way in which a share is stored: no sign, no zeros at the end. Raises NotPossible."""
    text = clean(raw, limit=20).replace("%", "").replace("．", ".").strip()
    if not _FORM.match(text) or not 0 < Decimal(text) <= WHOLE:
        raise NotPossible(
            _("A share is a number over 0 and up to 100, with at most six decimals: 33.333333.")
        )
    return f"{Decimal(text).normalize():f}"


def band(percent: str) -> str:
    """What a masked share still says: on which side of the marks of the law it lies."""
    value = Decimal(percent)
    if value < BENEFICIAL:
        return "< 25%"
    return "25–50%" if value < WHOLE / 2 else "≥ 50%"


@dataclass(frozen=True, slots=True)
class Holding:
    """`holder` has `percent` of `company`."""

    holder: UUID
    company: UUID
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Structure:
    """What each client holds of a company in all, and who of the companies above it holds itself."""

    effective: Mapping[UUID, Decimal]
    circular: frozenset[UUID]


def structure(company: UUID, holdings: Iterable[Holding]) -> Structure:
    """Follow holdings upwards, level by level: each holder's part of its companies' parts, added up.

    A circle (A holds B holds A) goes on for ever with ever smaller parts; the sum of the first LEVELS of them
    is a lower bound, so nobody is called an owner who is none. The cost is LEVELS × holdings in any form.
    """
    above: dict[UUID, list[Holding]] = defaultdict(list)
    for holding in holdings:
        above[holding.company].append(holding)
    effective: dict[UUID, Decimal] = defaultdict(Decimal)
    level = {company: Decimal(1)}
    for _level in range(LEVELS):
        upper: dict[UUID, Decimal] = defaultdict(Decimal)
        for held, part in level.items():
            for holding in above[held]:
                upper[holding.holder] += part * holding.percent / WHOLE
        for holder, part in upper.items():
            effective[holder] += part
        level = dict(upper)
    total = {holder: part * WHOLE for holder, part in effective.items() if holder != company}
    return Structure(total, frozenset(_circular(above)))


def _circular(above: Mapping[UUID, list[Holding]]) -> set[UUID]:
    """The companies that hold a part of themselves: those from which a walk upwards comes back."""
    found = set()
    for start in list(above):
        seen: set[UUID] = set()
        open_ends = [start]
        while open_ends:
            for holding in above.get(open_ends.pop(), ()):
                if holding.holder == start:
                    found.add(start)
                if holding.holder not in seen:
                    seen.add(holding.holder)
                    open_ends.append(holding.holder)
    return found

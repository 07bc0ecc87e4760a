"""What the officers see: how far everybody's counts are, day by day, and where invented people turned up."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.disclosures.categories import FULL, MARKS, Category, points
from vault.disclosures.models import (
    CanarySighting,
    Disclosure,
    DisclosureTotal,
    Export,
    OfficerReview,
    Scope,
)

DAYS = 30
SHOWN = 50
BAR, HEIGHT = 10, 40  # units of the drawing


@dataclass(frozen=True, slots=True)
class Column:
    """One day of a class's chart."""

    label: str
    x: int
    height: float

    @property
    def top(self) -> float:
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Chart:
    """A class over the days: how often somebody took a client's data for the first time (for a recipient and
    a purpose). A threshold is one person's, so none stands beside it."""

    category: Category
    total: int
    columns: list[Column]
    first: str
    last: str
    width: int = DAYS * BAR
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person's counts over all recipients and purposes. `share` is in percent of the marks together."""

    person: User
    counts: list[tuple[str, int, int]]  # class, count, mark
    share: int
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Register:
    people: list[PersonRow]
    charts: list[Chart]
    exports: list[Export]
    sightings: list[CanarySighting]


def read_register(*, actor: User) -> Register:
    """The register in a fixed number of queries. Raises Refused."""
    require(actor, Permission.DISCLOSURE_READ)
    record_read(Entry(action=Action.DISCLOSURE_LIST, object_type=ObjectType.MARKS, object_id=None))
    exports = Export.objects.select_related("requester", "colleague", "outsider").order_by("-created_at")
    sightings = CanarySighting.objects.select_related("export__requester").order_by("handled_at", "-at")
    return Register(_people(), _charts(), list(exports[:SHOWN]), list(sightings[:SHOWN]))


def _people() -> list[PersonRow]:
    counts: dict[object, dict[Category, int]] = defaultdict(dict)
    for row in DisclosureTotal.objects.filter(scope=Scope.PERSON):
        counts[row.person_id][Category(row.category)] = row.count
    ranked = sorted(counts.items(), key=lambda pair: -points(pair[1]))[:SHOWN]
    users = User.objects.in_bulk([person for person, _counts in ranked])
    reviewed = set(OfficerReview.objects.filter(until__gt=timezone.now()).values_list("person_id", flat=True))
    return [
        PersonRow(
            users[person],
            [(str(one.label), found.get(one, 0), MARKS[one]) for one in Category],
            points(found) * 100 // FULL,
            person in reviewed,
        )
        for person, found in ranked
        if person in users
    ]


def _charts() -> list[Chart]:
    today = timezone.localdate()
    days = [today - timedelta(days=step) for step in reversed(range(DAYS))]
    since = timezone.make_aware(datetime.combine(days[0], time.min))
    rows = (
        Disclosure.objects.filter(at__gte=since)
        .annotate(day=TruncDate("at"))
        .values_list("category", "day")
        .annotate(n=Count("pk"))
    )
    found = {(category, day): n for category, day, n in rows}
    return [_chart(category, days, found) for category in Category]


def _chart(category: Category, days: list[date], found: dict[tuple[int, date], int]) -> Chart:
    counts = [found.get((category.value, day), 0) for day in days]
    highest = max(counts) or 1
    columns = [
        Column(
            ngettext("%(day)s: %(count)d time", "%(day)s: %(count)d times", count)
            % {"day": date_format(day), "count": count},
            place * BAR,
            round(count * HEIGHT / highest, 1),
        )
        for place, (day, count) in enumerate(zip(days, counts, strict=True))
    ]
    return Chart(
        category,
        sum(counts),
        columns,
        date_format(days[0], "MONTH_DAY_FORMAT"),
        date_format(days[-1], "MONTH_DAY_FORMAT"),
    )

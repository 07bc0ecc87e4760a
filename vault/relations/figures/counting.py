"""The figures: people counted by unsealed codes, small cells hidden.

Why no filter gives a hidden cell back: every number is made from one publication a book, over fixed
categories and closed months. A sum over books adds up what those publications show, so it says nothing that
they do not; there is no other filter, and so no two populations that differ by a few people. Who came today
is in no figure before the month is over. What this does not stop: whoever keeps last month's page sees in the
difference of two totals how many came in between.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vault.records.models import Client, ClientBook, ClientKind, ClientState, Source
from vault.relations.communications.models import Channel, Communication
from vault.relations.figures.suppression import publish, publish_apart
from vault.relations.followups.models import FollowUp, FollowUpState
from vault.relations.service.models import Rating

MONTHS = 12

Labels = Mapping[Any, str | Promise]
Counts = Mapping[UUID, Mapping[Any, int]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of a figure: `count` people or None where hidden; `more`: something is hidden beneath the sum."""

    label: str
    count: int | None
    more: bool = False
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One table with its bars. `total` is None where it is hidden, or where the cells part nothing."""

    title: str
    cells: list[Cell]
    total: int | None

    @property
    def is_empty(self) -> bool:
        return all(cell.count == 0 and not cell.more for cell in self.cells)


def figures_of(books: Sequence[ClientBook]) -> list[Figure]:
    """All figures of these books, in a fixed number of queries."""
    ids = [book.pk for book in books]
    until = month_start(timezone.localdate())
    people: QuerySet[Client] = Client.objects.filter(
        book__in=ids, state=ClientState.ACTIVE, created_at__lt=until
    )
    months = _months(until)
    return [
        _figure(_("Clients by source"), _by(people, "source"), dict(Source.choices)),
        _figure(_("Clients by kind"), _by(people, "kind"), dict(ClientKind.choices)),
        _new_by_month(_by_month(people, months), months),
        _figure(_("Clients by their last rating"), _by_rating(people), _scores()),
        _apart(
            _("Clients in contact, by kind of contact"), _by_channel(people, months), dict(Channel.choices)
        ),
        *_followups(people, months),
    ]


def month_start(day: date) -> datetime:
    """The first moment of the month in the viewer's zone."""
    return timezone.make_aware(datetime(day.year, day.month, 1))  # noqa: DTZ001 (made aware here)


def _months(until: datetime) -> dict[Any, str]:
    """The closed months before `until`, oldest first."""
    last = until.year * 12 + until.month - 2
    starts = [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]
    return {start: f"{start:%Y-%m}" for start in starts}


def _scores() -> dict[Any, str]:
    return {score: "★" * score for score in range(5, 0, -1)} | {None: _("Not rated")}


def _by(people: "QuerySet[Client]", column: str) -> Counts:
    return _gathered(people.values_list("book_id", column).annotate(n=Count("pk")).order_by())


def _by_month(people: "QuerySet[Client]", months: Mapping[Any, str]) -> Counts:
    rows = people.annotate(month=TruncMonth("created_at")).values_list("book_id", "month")
    found = rows.annotate(n=Count("pk")).order_by()
    return _gathered((book, day if (day := month.date()) in months else None, n) for book, month, n in found)


def _by_rating(people: "QuerySet[Client]") -> Counts:
    last = Rating.objects.filter(client=OuterRef("pk")).order_by("-id").values("score")[:1]
    rows = people.annotate(last_score=Subquery(last)).values_list("book_id", "last_score")
    return _gathered(rows.annotate(n=Count("pk")).order_by())


def _by_channel(people: "QuerySet[Client]", months: Mapping[Any, str]) -> Counts:
    since, until = _span(months)
    rows = Communication.objects.filter(
        client__in=people, at__gte=since, at__lt=until, corrected_by__isnull=True
    )
    counted = rows.values_list("client__book_id", "channel").annotate(n=Count("client", distinct=True))
    return _gathered(counted.order_by())


def _followups(people: "QuerySet[Client]", months: Mapping[Any, str]) -> list[Figure]:
    since, until = _span(months)
    done = Count(
        "client", distinct=True, filter=Q(state=FollowUpState.DONE, ended_at__gte=since, ended_at__lt=until)
    )
    late = Count("client", distinct=True, filter=Q(state=FollowUpState.OPEN, due_at__lt=until))
    rows = FollowUp.objects.filter(client__in=people)
    by_agent = rows.values_list("client__book_id", "assigned__display_name", "assigned_id")
    found = list(by_agent.annotate(done=done, late=late).order_by("assigned__display_name"))
    names = {agent: name for _book, name, agent, _done, _late in found}
    counts: list[tuple[str, Callable[[Any], int]]] = [
        (_("Clients followed up, by agent"), lambda row: int(row[3])),
        (_("Clients whose follow-up is overdue, by agent"), lambda row: int(row[4])),
    ]
    return [
        _apart(title, _gathered((row[0], row[2], count(row)) for row in found), names)
        for title, count in counts
    ]


def _span(months: Mapping[Any, str]) -> tuple[datetime, datetime]:
    return month_start(next(iter(months))), month_start(timezone.localdate())


def _gathered(rows: Iterable[tuple[UUID, Any, int]]) -> Counts:
    counts: dict[UUID, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for book, category, count in rows:
        counts[book][category] += count
    return counts


def _figure(title: str, counts: Counts, labels: Labels) -> Figure:
    """One publication a book; sums add up what these show."""
    published = [publish([of_book.get(category, 0) for category in labels]) for of_book in counts.values()]
    totals = [one.total for one in published]
    shown = [total for total in totals if total is not None]
    cells = _cells(labels, [one.cells for one in published])
    return Figure(title, cells, sum(shown) if shown or not totals else None)


def _new_by_month(counts: Counts, months: Labels) -> Figure:
    """The earlier ones are part of the publication, so that no month is the rest of all clients; they are not
    shown, for a month that has moved among them would be the difference."""
    labels = [*months, None]
    published = [
        publish([of_book.get(month, 0) for month in labels]).cells[:-1] for of_book in counts.values()
    ]
    return Figure(_("New clients by month"), _cells(months, published), None)


def _apart(title: str, counts: Counts, labels: Labels) -> Figure:
    published = [
        publish_apart([of_book.get(category, 0) for category in labels]) for of_book in counts.values()
    ]
    return Figure(title, _cells(labels, published), None)


def _cells(labels: Labels, published: Sequence[Sequence[int | None]]) -> list[Cell]:
    columns = [[one[place] for one in published] for place in range(len(labels))]
    sums = [sum(count for count in column if count is not None) for column in columns]
    highest = max(sums, default=0) or 1
    return [
        Cell(
            label=str(label),
            count=None if not total and None in column else total,
            more=None in column,
            width=round(100 * total / highest, 1),
        )
        for label, column, total in zip(labels.values(), columns, sums, strict=True)
    ]

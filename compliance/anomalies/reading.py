"""The log as the rules see it: days of people, of networks, and of the log itself. Ids and codes; nothing
is opened."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q

from audit.models import LogEntry
from compliance.anomalies.codes import State
from compliance.anomalies.countries import country_of
from compliance.anomalies.models import Finding, Leaving, PersonDay
from compliance.anomalies.rules.base import Before, Counts, Seen
from compliance.anomalies.rules.kinds import TOLD
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID

HISTORY = timedelta(days=90)  # that baselines are taken from, and that a network or a browser stays known
COLUMNS = (
    *("id", "at", "action", "result", "actor", "on_behalf_of", "session", "network"),
    *("object_id", "subjects", "fields"),
)


def house_zone() -> ZoneInfo:
    """Days and hours are the house's, so that a finding reads alike for every officer."""
    return ZoneInfo(settings.TIME_ZONE)


def day_of(moment: datetime) -> date:
    return moment.astimezone(house_zone()).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """From when until before when the day is."""
    zone = house_zone()
    return (
        datetime.combine(day, time.min, zone),
        datetime.combine(day + timedelta(days=1), time.min, zone),
    )


def of_person(person: UUID, day: date) -> list[Seen]:
    """What the person did, what was done in their name, who failed to sign in as them, and which of their
    looks an officer took up."""
    return _seen(
        Q(actor=person) | Q(on_behalf_of=person) | Q(action__in=TOLD, subjects__contains=[person]),
        *bounds(day),
    )


def of_network(network: str, day: date, *, since: datetime | None = None) -> list[Seen]:
    """What came from the network without anybody being signed in."""
    first, past = bounds(day)
    return _seen(Q(actor__isnull=True, network=network), max(first, since or first), past)


def _seen(which: Q, first: datetime, past: datetime) -> list[Seen]:
    rows = LogEntry.objects.filter(which, at__gte=first, at__lt=past).order_by("at", "id")
    zone = house_zone()
    return [seen(dict(zip(COLUMNS, row, strict=True)), zone) for row in rows.values_list(*COLUMNS)]


def seen(values: Mapping[str, Any], zone: ZoneInfo) -> Seen:
    """An entry's columns as the rules see them."""
    return Seen(
        **{name: value for name, value in values.items() if name not in ("subjects", "fields")},
        subjects=tuple(values["subjects"]),
        fields=tuple(values["fields"]),
        hour=values["at"].astimezone(zone).hour,
        country=country_of(values["network"]),
    )


# An entry's clock stands in its leaf; its predecessor in the chain is looked for by the chains' own index.
_OF_HOUSE = """
select e.id, e.at, e.action, e.result,
    extract(epoch from e.at - (convert_from(e.leaf, 'UTF8')::json ->> 'time')::timestamptz)::float8,
    e.seq > 1 and not exists (select from log.entry p where p.writer = e.writer and p.seq = e.seq - 1)
    and not exists (select from log.dropped_chain d where d.writer = e.writer and d.last = e.seq - 1)
from log.entry e where e.at >= %s and e.at < %s and (%s::uuid[] is null or e.id = any(%s::uuid[]))
order by e.at, e.id
"""


def of_house(entries: Sequence[UUID], day: date) -> list[Seen]:
    """These entries of the day, and the one before them, since when the log was silent."""
    first, past = bounds(day)
    begun = LogEntry.objects.filter(pk__in=entries, at__gte=first, at__lt=past).order_by("at", "pk")
    earliest = begun.values_list("at", flat=True).first()
    earlier = LogEntry.objects.filter(at__gte=first, at__lt=earliest or past).order_by("-at", "-pk")
    return _house(first, past, [*entries, *earlier.values_list("pk", flat=True)[:1]])


def of_whole_house(day: date) -> list[Seen]:
    return _house(*bounds(day), None)


def _house(first: datetime, past: datetime, ids: list[UUID] | None) -> list[Seen]:
    named = None if ids is None else list(map(str, ids))
    zone = house_zone()
    with connection.cursor() as cursor:
        cursor.execute(_OF_HOUSE, [first, past, named, named])
        return [
            Seen(
                id=UUID(str(row[0])),
                at=row[1],
                hour=row[1].astimezone(zone).hour,
                action=row[2],
                result=row[3],
                drift=row[4],
                unlinked=row[5],
            )
            for row in cursor.fetchall()
        ]


# Days on which a person did something. Whoever fails to sign in as somebody does not wake their account.
_WAS_THERE = (
    Q(opened__gt=0) | Q(listed__gt=0) | Q(views__gt=0) | Q(networks__len__gt=0) | Q(browsers__len__gt=0)
)


class Past:
    """What was known about people before one day: read once for a day, in a fixed number of queries."""

    def __init__(self, day: date, people: Iterable[UUID]) -> None:
        wanted = set(people)
        self._confirmed = set(
            Finding.objects.filter(
                state=State.CONFIRMED, day__gte=day - HISTORY, day__lt=day, person_id__isnull=False
            ).values_list("person_id", "day")
        )
        self._own: dict[UUID, list[Counts]] = {}
        self._house: list[Counts] = []
        rows = PersonDay.objects.filter(day__gte=day - HISTORY, day__lt=day)
        for row in rows.order_by("day", "person_id"):
            if (row.person_id, row.day) not in self._confirmed:
                self._own.setdefault(row.person_id, []).append(counts_of(row))
                self._house.append(counts_of(row))
        last = PersonDay.objects.filter(_WAS_THERE, person_id__in=wanted, day__lt=day).values_list(
            "person_id"
        )
        self._last = dict(last.annotate(last=Max("day")))
        self._came = dict(User.objects.filter(pk__in=wanted).values_list("pk", "created_at"))
        known = PersonDay.objects.filter(day__lt=day).order_by("day").values_list("day", flat=True)
        self._watched_since = known.first() or day
        live = Leaving.objects.filter(person_id__in=wanted, noted_at__lt=bounds(day)[1])
        ended_before = Q(ended_at__lt=bounds(day)[0])
        self._leaving = dict(live.exclude(ended_before).values_list("person_id", "noted_at"))

    def before(self, person: UUID) -> Before:
        came = self._came.get(person)
        return Before(
            own=self._own.get(person, ()),
            house=self._house,
            # An account may be older than the watch: what it did before, nobody saw.
            last_seen=self._last.get(person) or (max(day_of(came), self._watched_since) if came else None),
            leaving_since=self._leaving.get(person),
        )


def counts_of(row: PersonDay) -> Counts:
    return Counts(
        day=row.day,
        opened=row.opened,
        listed=row.listed,
        views=row.views,
        reveals=row.reveals,
        refused=row.refused,
        hours=tuple(row.hours),
        networks=tuple(row.networks),
        browsers=tuple(row.browsers),
        countries=tuple(row.countries),
    )


def is_watched(person: UUID | None) -> bool:
    """The house's own account does what it is told to, and is nobody."""
    return person is not None and person != SYSTEM_ID

"""The detector: from its own place in the log, whose order is the tree's. Safe to be killed, and to run
twice.

One transaction takes entries, counts the days they fall into anew, asks the rules, writes findings and
moves the place: killed anywhere, it did all of it or nothing. Days are counted from the log and never added
to, so that doing it twice changes nothing; and a finding is one for its rule, person, day and number by a
constraint.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit.alone import alone
from compliance.anomalies.findings import Place, hand_in, standing
from compliance.anomalies.models import PersonDay, WatchPlace
from compliance.anomalies.reading import Past, day_of, is_watched, of_house, of_network, of_person
from compliance.anomalies.rules.base import About, Scope
from compliance.anomalies.rules.counting import count
from compliance.anomalies.rules.kinds import told_of
from compliance.anomalies.settings import Setting, settings_in_force

WATCH = UUID("0d6f2a52-4f0c-4c0e-9a55-7be1b1d65d07")  # one detector at a time
MOST = 20_000  # entries of one round
_BACK = timedelta(hours=4)  # the longest time that a rule about a network looks back
_NEXT = """
select l.index, e.id, e.at, e.actor, e.on_behalf_of, e.network, e.action, e.subjects
from log.leaf l join log.entry e on e.id = l.entry and e.at = l.at
where l.index >= %s and l.index < %s order by l.index
"""


@dataclass(slots=True)
class _Touched:
    """Whose days the new entries fall into, and the entries themselves by day."""

    people: dict[date, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    networks: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))
    entries: dict[date, list[tuple[UUID, datetime]]] = field(default_factory=lambda: defaultdict(list))


def detect(*, most: int = MOST) -> int:
    """One round; how many entries it took. None while another worker has one under way."""
    with alone(WATCH) as mine:
        return _round(most) if mine else 0


@transaction.atomic
def _round(most: int) -> int:
    place, _new = WatchPlace.objects.get_or_create(defaults={"begun_on": day_of(timezone.now())})
    touched, reached = _take(place.next_index, most)
    settings = [one for one in settings_in_force().values() if one.active]
    for day in sorted(touched.entries):
        watched = [one for one in settings if day >= max(place.begun_on, one.since or place.begun_on)]
        _watch_day(day, touched, watched)
    taken = reached - place.next_index
    place.next_index = reached
    place.at = timezone.now()
    place.save()
    return taken


def _take(start: int, most: int) -> tuple[_Touched, int]:
    """What the next entries touch, and the index behind the last. A leaf whose entry was taken away is passed
    over: the nightly comparison of the tree names it."""
    touched, reached = _Touched(), start
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [start, start + most])
        for index, entry, at, actor, behalf, network, action, subjects in cursor.fetchall():
            reached = index + 1
            day = day_of(at)
            touched.entries[day].append((entry, at))
            touched.people[day] |= {
                one for one in (actor, behalf, *told_of(action, subjects)) if is_watched(one)
            }
            if actor is None and network is not None:
                touched.networks[day].add(str(network))
    return touched, reached


def _watch_day(day: date, touched: _Touched, settings: list[Setting]) -> None:
    people = touched.people[day]
    past = Past(day, people)
    known = standing(day)
    for place, scope in _scopes(day, touched, past):
        if place.person is not None:
            _keep(place.person, scope)
        for one in settings:
            if scope.about in one.rule.about:
                hand_in(place, scope, one, known)


def _scopes(day: date, touched: _Touched, past: Past) -> Iterator[tuple[Place, Scope]]:
    for person in sorted(touched.people[day]):
        scope = Scope.of_person(person, day, of_person(person, day), past.before(person))
        yield Place(str(person), person, day), scope
    since = min(at for _, at in touched.entries[day])
    for network in sorted(touched.networks[day]):
        scope = Scope(About.NETWORK, day, of_network(network, day, since=since - _BACK))
        yield Place(network, None, day), scope
    ids = [entry for entry, _ in touched.entries[day]]
    yield Place(About.HOUSE, None, day), Scope(About.HOUSE, day, of_house(ids, day))


def _keep(person: UUID, scope: Scope) -> None:
    counted = count(scope.day, scope.entries)
    names = ("opened", "listed", "views", "reveals", "refused", "hours", "networks", "browsers", "countries")
    values = {name: getattr(counted, name) for name in names}
    lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    PersonDay.objects.update_or_create(person_id=person, day=scope.day, defaults=values | lists)

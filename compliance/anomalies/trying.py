"""Trying a rule on the past: the same rule, the same days, other numbers, and no finding."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from audit.alone import alone
from audit.models import LogEntry
from compliance.anomalies.models import Trial
from compliance.anomalies.reading import COLUMNS, Past, bounds, house_zone, is_watched, of_whole_house, seen
from compliance.anomalies.rules import RULES
from compliance.anomalies.rules.base import About, Rule, Scope, Seen
from compliance.anomalies.rules.kinds import told_of

MAX_HITS = 1000  # that a trial keeps; a rule with more is of no use


def run(trial_id: UUID) -> None:
    """Goes on where the trial stands, day by day, each in a transaction of its own; at once back when
    another worker is at it."""
    with alone(trial_id) as mine:
        while mine and (trial := Trial.objects.filter(pk=trial_id, done__lt=F("days")).first()) is not None:
            _try_day(trial)


@transaction.atomic
def _try_day(trial: Trial) -> None:
    rule = RULES[trial.rule]
    day = trial.first + timedelta(days=trial.done)
    for about, scope in _scopes(rule, day):
        hit = rule.find(scope, trial.params)
        if hit is not None and len(trial.hits) < MAX_HITS:
            trial.hits.append([about, day.isoformat(), hit.measure, hit.limit, len(hit.entries)])
    trial.done += 1
    trial.save(update_fields=["hits", "done"])


def _scopes(rule: Rule, day: date) -> Iterator[tuple[str, Scope]]:
    if About.HOUSE in rule.about:
        yield About.HOUSE, Scope(About.HOUSE, day, of_whole_house(day))
    if rule.about <= {About.HOUSE}:
        return
    people, networks = _by_whom(day)
    past = Past(day, people)
    for person, entries in people.items():
        yield str(person), Scope.of_person(person, day, entries, past.before(person))
    if About.NETWORK in rule.about:
        for network, entries in networks.items():
            yield network, Scope(About.NETWORK, day, entries)


def _by_whom(day: date) -> tuple[dict[UUID, list[Seen]], dict[str, list[Seen]]]:
    """The day's entries by person and by network, each in order."""
    people: dict[UUID, list[Seen]] = defaultdict(list)
    networks: dict[str, list[Seen]] = defaultdict(list)
    first, past = bounds(day)
    rows = LogEntry.objects.filter(Q(at__gte=first, at__lt=past)).order_by("at", "id")
    zone = house_zone()
    for row in rows.values_list(*COLUMNS).iterator(2000):
        entry = seen(dict(zip(COLUMNS, row, strict=True)), zone)
        for person in {entry.actor, entry.on_behalf_of, *told_of(entry.action, entry.subjects)}:
            if person is not None and is_watched(person):
                people[person].append(entry)
        if entry.actor is None and entry.network is not None:
            networks[entry.network].append(entry)
    return people, networks

"""A person's day in numbers, from its entries. Pure; counting the same entries again gives the same
numbers."""

from collections.abc import Iterable
from datetime import date

from audit.actions import Action, Result
from compliance.anomalies.rules.base import HOURS, Counts, Seen
from compliance.anomalies.rules.kinds import (
    LISTING,
    browser_of,
    is_refusal,
    opened_things,
    opens,
    signs_in,
)


def count(day: date, entries: Iterable[Seen]) -> Counts:
    """What was opened and listed counts each client or file once a day, whatever the number of entries."""
    opened: set[object] = set()
    listed: set[object] = set()
    hours = [0] * HOURS
    numbers = {"views": 0, "reveals": 0, "refused": 0}
    networks: set[str] = set()
    browsers: set[str] = set()
    countries: set[str] = set()
    for entry in entries:
        if opens(entry):
            opened |= opened_things(entry)
            hours[entry.hour] += 1
        if entry.action in LISTING and entry.result == Result.DONE:
            listed |= set(entry.subjects)
        numbers["views"] += entry.action == Action.CLIENT_VIEW and entry.result == Result.DONE
        numbers["reveals"] += entry.action == Action.CLIENT_REVEAL and entry.result == Result.DONE
        numbers["refused"] += is_refusal(entry)
        if signs_in(entry):
            networks.add(entry.network or "")
            browsers.add(browser_of(entry))
            countries.add(entry.country or "")
    return Counts(
        day=day,
        opened=len(opened),
        listed=len(listed),
        hours=tuple(hours),
        networks=tuple(sorted(networks - {""})),
        browsers=tuple(sorted(browsers - {""})),
        countries=tuple(sorted(countries - {""})),
        **numbers,
    )

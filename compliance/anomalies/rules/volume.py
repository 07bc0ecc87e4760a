"""Rules that compare a day with what is usual for the person."""

import math
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, Result
from compliance.anomalies.baselines import usual
from compliance.anomalies.rules.base import (
    HOURS,
    About,
    Counts,
    Hit,
    Looser,
    Parameter,
    Params,
    Rule,
    Scope,
    Seen,
)
from compliance.anomalies.rules.counting import count
from compliance.anomalies.rules.kinds import LISTING, opens
from people.workdays import is_rest

PEOPLE = frozenset({About.PERSON})
PERCENT = 100


def _factor() -> Parameter:
    return Parameter(
        name="factor",
        label=_("How many spreads above the usual"),
        default=6,
        least=2,
        most=30,
        looser=Looser.UP,
        help=_("The spread of a person's days of the same kind: 1.4826 × MAD, at least √median."),
    )


def _least() -> Parameter:
    return Parameter(
        name="least_days",
        label=_("Days of one's own before one's own usual counts"),
        default=10,
        least=3,
        most=60,
        looser=Looser.UP,
        help=_("Until then, what is usual in the house counts."),
    )


def _floor(default: int, most: int = 100_000) -> Parameter:
    return Parameter(
        name="floor",
        label=_("Never below"),
        default=default,
        least=1,
        most=most,
        looser=Looser.UP,
        help=_("Smaller numbers are never unusual."),
    )


def _limit(scope: Scope, params: Params, number: Callable[[Counts], float]) -> int:
    """From which count on the day is unusual: the floor where nothing is known about anybody."""
    own, house = ([number(one) for one in scope.alike(of)] for of in (scope.before.own, scope.before.house))
    found = usual(own, house, least=params["least_days"])
    floor = params["floor"]
    return math.ceil(found.limit(factor=params["factor"], floor=floor)) if found else floor


def _opened(scope: Scope, params: Params) -> Hit | None:
    shown = [entry for entry in scope.entries if opens(entry)]
    measure = count(scope.day, shown).opened
    return _hit(measure, _limit(scope, params, lambda day: day.opened), shown)


def _listed(scope: Scope, params: Params) -> Hit | None:
    shown = [one for one in scope.entries if one.action in LISTING and one.result == Result.DONE]
    measure = count(scope.day, shown).listed
    return _hit(measure, _limit(scope, params, lambda day: day.listed), shown)


def _off_hours(scope: Scope, params: Params) -> Hit | None:
    """What was opened outside the hours; on days of rest, at any hour."""
    rest = is_rest(scope.day)

    def outside(hour: int) -> bool:
        return rest or not params["begin"] <= hour < params["end"]

    shown = [entry for entry in scope.entries if opens(entry) and outside(entry.hour)]
    limit = _limit(
        scope, params, lambda day: sum(number for hour, number in enumerate(day.hours) if outside(hour))
    )
    return _hit(len(shown), limit, shown)


def _ratio_of(reveals: int, views: int) -> float:
    return PERCENT * reveals / max(views, 1)


def _ratio(scope: Scope, params: Params) -> Hit | None:
    """Who opens far more than they look at goes down a list, and does not work with clients."""
    shown = [one for one in scope.entries if one.action == Action.CLIENT_REVEAL and one.result == Result.DONE]
    if len(shown) < params["least_reveals"]:
        return None
    measure = round(_ratio_of(len(shown), count(scope.day, scope.entries).views))
    limit = _limit(scope, params, lambda day: _ratio_of(day.reveals, day.views))
    return _hit(measure, limit, shown)


def _hit(measure: int, limit: int, entries: list[Seen]) -> Hit | None:
    if measure < limit:
        return None
    return Hit(measure, limit, tuple(entry.id for entry in entries))


MASS_OPENING = Rule(
    code="mass_opening",
    label=_("Mass reading"),
    says=_("Somebody had far more clients or files open in plaintext in one day than is usual for them."),
    unit=_("clients and files opened"),
    about=PEOPLE,
    parameters=(_floor(30), _factor(), _least()),
    find=_opened,
)
MASS_LISTING = Rule(
    code="mass_listing",
    label=_("Mass listing"),
    says=_("Somebody went through far more clients, masked, in one day than is usual for them."),
    unit=_("clients listed"),
    about=PEOPLE,
    parameters=(_floor(1500), _factor(), _least()),
    find=_listed,
)
OFF_HOURS = Rule(
    code="off_hours",
    label=_("Outside working hours"),
    says=_("Somebody opened data at night or on a day of rest, more than is usual for them."),
    unit=_("openings outside working hours"),
    about=PEOPLE,
    parameters=(
        Parameter("begin", _("Working hours begin (hour)"), 7, 0, HOURS - 1, Looser.DOWN),
        Parameter("end", _("Working hours end (hour)"), 21, 1, HOURS, Looser.UP),
        _floor(5),
        _factor(),
        _least(),
    ),
    find=_off_hours,
)
REVEAL_RATIO = Rule(
    code="reveal_ratio",
    label=_("Opened without looking"),
    says=_("Somebody opens plaintext of client after client while hardly looking at their pages."),
    unit=_("openings for a hundred looks"),
    about=PEOPLE,
    parameters=(
        Parameter("least_reveals", _("Openings in a day, at least"), 15, 1, 10_000, Looser.UP),
        _floor(200),
        _factor(),
        _least(),
    ),
    find=_ratio,
)

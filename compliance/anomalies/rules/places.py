"""Rules about where somebody is, and whether they were there at all."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.phrases import LOOKING
from compliance.anomalies.rules.base import (
    BEGINNINGS,
    About,
    Hit,
    Looser,
    Parameter,
    Params,
    Rule,
    Scope,
    Seen,
)
from compliance.anomalies.rules.kinds import ADMINISTERING, TOLD, area_of, browser_of, opens, signs_in

PEOPLE = frozenset({About.PERSON})
PREVIEW = timedelta(minutes=15)  # that a preview of a data room lasts at most
STAFF_SESSION = timedelta(minutes=60)  # that a staff session lasts at most


def _new_place(scope: Scope, params: Params) -> Hit | None:
    """A sign-in from a network or a kind of browser that the person did not use before.

    Who comes from more networks than `roaming` (a phone's) is not asked for the network. The country counts
    where the house has a table of countries (docs/decisions/2026-11-22-watch.md).
    """
    own = scope.before.own
    if len(own) < params["least_days"]:
        return None
    networks = {one for day in own for one in day.networks}
    browsers = {one for day in own for one in day.browsers}
    countries = {one for day in own for one in day.countries}
    shown: list[Seen] = []
    for entry in filter(signs_in, scope.entries):
        browser = browser_of(entry)
        new = (
            bool(browser) and bool(browsers) and browser not in browsers,
            entry.network not in networks and len(networks) <= params["roaming"],
            bool(entry.country) and bool(countries) and entry.country not in countries,
        )
        if sum(new) >= params["news"] or new[2]:
            shown.append(entry)
    return Hit(len(shown), 1, tuple(entry.id for entry in shown)) if shown else None


def _dormant(scope: Scope, params: Params) -> Hit | None:
    """The day on which an account that nobody used begins to be used."""
    last = scope.before.last_seen
    shown = [entry for entry in scope.entries if signs_in(entry) or opens(entry)]
    if last is None or not shown:
        return None
    days = (scope.day - last).days
    return Hit(days, params["days"], tuple(one.id for one in shown)) if days >= params["days"] else None


def _only_looked(entry: Seen, begun: list[Seen]) -> bool:
    """Whether it belongs to a preview of a data room: nothing but looking, of the same person as the same
    other in the same session, within the time of a preview that began. The house ends what nobody ended.

    A preview that goes on past midnight began on the day before, which a rule does not see: `at` is in UTC,
    of which the house's day differs by whole or half hours.
    """
    if entry.action == Action.ROOM_PREVIEW_END:
        return True
    past_midnight = entry.hour == 0 and timedelta(minutes=entry.at.minute % 30) < PREVIEW
    return entry.action in LOOKING and (
        past_midnight or any(_same(entry, one) and one.at <= entry.at <= one.at + PREVIEW for one in begun)
    )


def _only_administered(entry: Seen, opened: list[Seen]) -> bool:
    """Whether it belongs to a staff session: an administrator's own work, at the request of the same other in
    the same session, within the time of one that was opened; likewise past midnight. What opens data is no
    administrator's work and never belongs to one."""
    if entry.action == Action.STAFF_SESSION_END:
        return True
    past_midnight = entry.hour == 0
    return area_of(entry.action) in ADMINISTERING and (
        past_midnight
        or any(_same(entry, one) and one.at <= entry.at <= one.at + STAFF_SESSION for one in opened)
    )


def _same(one: Seen, other: Seen) -> bool:
    return (one.actor, one.on_behalf_of, one.session) == (other.actor, other.on_behalf_of, other.session)


def _session_moved(scope: Scope, params: Params) -> Hit | None:
    """Somebody acts for another, or one session is used from several networks within a short time: a session
    that was taken along by copying its cookie looks so."""
    named = [one for one in scope.everything if one.on_behalf_of is not None]
    begun = [one for one in named if one.action == Action.ROOM_PREVIEW_START]
    opened = [one for one in named if one.action == Action.STAFF_SESSION_OPEN]
    acted = [one for one in named if not _only_looked(one, begun) and not _only_administered(one, opened)]
    span = timedelta(minutes=params["minutes"])
    moved: list[Seen] = []
    by_session: dict[object, list[Seen]] = {}
    for entry in scope.entries:
        # A beginning may be older than what is asked about (Scope.after).
        told = entry.action in TOLD or entry.action in BEGINNINGS
        if entry.session is None or entry.network is None or told:
            continue
        recent = [one for one in by_session.get(entry.session, []) if entry.at - one.at <= span]
        # One entry of each network is enough to tell them apart.
        recent = [one for one in recent if one.network != entry.network] + [entry]
        by_session[entry.session] = recent
        if len(recent) >= params["networks"]:
            moved += [one for one in recent if one not in moved]
    shown = sorted({one.id: one for one in (*acted, *moved)}.values(), key=lambda one: (one.at, one.id))
    return Hit(len(shown), 1, tuple(one.id for one in shown)) if shown else None


NEW_PLACE = Rule(
    code="new_place",
    label=_("New network, country or browser"),
    says=_("Somebody signed in from where, or with what, they never did before."),
    unit=_("sign-ins"),
    about=PEOPLE,
    parameters=(
        Parameter(
            "news",
            _("How many of network, browser and country must be new"),
            1,
            1,
            2,
            Looser.UP,
            _("A new country counts alone, where the house has a table of countries."),
        ),
        Parameter("roaming", _("Networks up to which a new one counts"), 8, 1, 100, Looser.DOWN),
        Parameter("least_days", _("Days that must be known"), 5, 1, 60, Looser.UP),
    ),
    find=_new_place,
    again=False,
)
DORMANT = Rule(
    code="dormant",
    label=_("Dormant account"),
    says=_("An account that nobody used for a long time is used again."),
    unit=_("days without use"),
    about=PEOPLE,
    parameters=(Parameter("days", _("Days without use"), 45, 7, 365, Looser.UP),),
    find=_dormant,
    again=False,
)
IMPERSONATION = Rule(
    code="impersonation",
    label=_("Somebody else's session or name"),
    says=_("Somebody acted on behalf of another, or one session was used from several networks at once."),
    unit=_("entries"),
    about=PEOPLE,
    parameters=(
        Parameter("networks", _("Networks of one session"), 2, 2, 10, Looser.UP),
        Parameter("minutes", _("Within how many minutes"), 30, 1, 480, Looser.DOWN),
    ),
    find=_session_moved,
)

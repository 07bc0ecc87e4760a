"""Rules about single entries that say enough by themselves, or many of them in a short time."""

from collections import deque
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from compliance.anomalies.rules.base import About, Hit, Looser, Parameter, Params, Rule, Scope, Seen
from compliance.anomalies.rules.kinds import is_refusal, takes, told_of

PEOPLE = frozenset({About.PERSON})


def _burst(scope: Scope, params: Params) -> Hit | None:
    """The day's densest run of refusals, and every entry of any run that is dense enough. A refusal in a
    preview of a data room is no door tried: whoever looks reaches more by ending it. One in a staff session
    is."""
    span = timedelta(minutes=params["minutes"])
    window: deque[Seen] = deque()
    shown: dict[object, Seen] = {}
    most = 0
    opened = {one.session for one in scope.entries if one.action == Action.STAFF_SESSION_OPEN}
    own = (one for one in scope.entries if one.on_behalf_of is None or one.session in opened)
    for entry in filter(is_refusal, own):
        window.append(entry)
        while entry.at - window[0].at > span:
            window.popleft()
        most = max(most, len(window))
        if len(window) >= params["count"]:
            shown |= {one.id: one for one in window}
    return Hit(most, params["count"], tuple(one.id for one in shown.values())) if shown else None


def _canary(scope: Scope, params: Params) -> Hit | None:
    seen = [one.id for one in scope.entries if one.action == Action.CANARY_SEEN]
    return Hit(len(seen), params["count"], tuple(seen)) if len(seen) >= params["count"] else None


def _unexplained(scope: Scope, params: Params) -> Hit | None:
    """Of the person who looked; the officer who judged made the entry."""
    taken_up = [
        one.id
        for one in scope.entries
        if one.action == Action.SAMPLE_FINDING and scope.person in told_of(one.action, one.subjects)
    ]
    enough = len(taken_up) >= params["count"]
    return Hit(len(taken_up), params["count"], tuple(taken_up)) if enough else None


def _after_notice(scope: Scope, params: Params) -> Hit | None:
    since = scope.before.leaving_since
    if since is None:
        return None
    taken = [one for one in scope.entries if takes(one) and one.at >= since]
    measure = len(taken)
    return (
        Hit(measure, params["count"], tuple(one.id for one in taken)) if measure >= params["count"] else None
    )


def _gaps(scope: Scope, params: Params) -> Hit | None:
    """Entries whose predecessor in their chain is not there, clocks that disagree, and silence.

    Committed entries of a chain are numbered without a gap (docs/decisions/2026-11-21-log-row.md), so one
    that lacks its predecessor means that somebody took an entry out behind the database.
    """
    silence = timedelta(hours=params["silent_hours"])
    shown = []
    previous: Seen | None = None
    for entry in sorted(scope.entries, key=lambda one: (one.at, one.id)):
        silent = previous is not None and entry.at - previous.at >= silence
        if entry.unlinked or silent or abs(entry.drift) > params["drift_seconds"]:
            shown.append(entry.id)
        previous = entry
    return Hit(len(shown), 1, tuple(shown)) if shown else None


DENIED_BURST = Rule(
    code="denied_burst",
    label=_("Burst of refusals"),
    says=_("Many refusals or wrong passwords in a short time: somebody tries doors."),
    unit=_("refusals in a row"),
    about=frozenset({About.PERSON, About.NETWORK}),
    parameters=(
        Parameter("count", _("Refusals"), 10, 2, 1000, Looser.UP),
        Parameter("minutes", _("Within how many minutes"), 5, 1, 240, Looser.DOWN),
    ),
    find=_burst,
)
CANARY = Rule(
    code="canary",
    label=_("Canary record seen"),
    says=_("An invented person of an export turned up: a list that left the house came back or is in use."),
    unit=_("sightings"),
    about=PEOPLE,
    parameters=(Parameter("count", _("Sightings in a day"), 1, 1, 100, Looser.UP),),
    find=_canary,
)
UNEXPLAINED = Rule(
    code="unexplained",
    label=_("Look that nothing explains"),
    says=_("An officer asked why a client was opened, and no answer came, or one that does not explain it."),
    unit=_("samples taken up"),
    about=PEOPLE,
    parameters=(Parameter("count", _("Samples taken up in a day"), 1, 1, 100, Looser.UP),),
    find=_unexplained,
)
AFTER_NOTICE = Rule(
    code="after_notice",
    label=_("Taking data along after notice"),
    says=_("Somebody of whom officers noted that they leave exports or downloads data."),
    unit=_("exports and downloads"),
    about=PEOPLE,
    parameters=(Parameter("count", _("Exports and downloads in a day"), 1, 1, 1000, Looser.UP),),
    find=_after_notice,
)
LOG_GAPS = Rule(
    code="log_gaps",
    label=_("Gaps in the log"),
    says=_("Entries are missing from their chains, a clock is wrong, or the log was silent for long."),
    unit=_("entries beside a gap"),
    about=frozenset({About.HOUSE}),
    parameters=(
        Parameter("drift_seconds", _("Seconds by which clocks may differ"), 300, 1, 86_400, Looser.UP),
        Parameter("silent_hours", _("Hours of silence"), 12, 1, 24, Looser.UP),
    ),
    find=_gaps,
)
